"""The resolvers, in one module for each part of the schema."""
