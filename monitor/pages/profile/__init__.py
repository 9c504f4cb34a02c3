"""The profile page: the reader's data, password, API tokens and browser settings."""
