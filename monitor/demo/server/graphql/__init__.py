"""GraphQL: GitHub's schema, what a query costs, and the resolvers that answer its fields from the world."""
