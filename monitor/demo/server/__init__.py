"""The world served over HTTP as GitHub serves its own: GraphQL, REST, sign-in, rate limits, and pages for links."""
