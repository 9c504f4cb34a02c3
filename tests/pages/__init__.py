"""The pages, asked through Django's own client."""
