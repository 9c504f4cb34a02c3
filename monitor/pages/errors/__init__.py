"""Answers errors that a page raises: too many queries at once, no database connection, unhandled exceptions."""
