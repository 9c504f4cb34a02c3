"""The page of one pull request, and the forms on it."""
