"""Looking at GitHub: what is due, who looks, what is new, and what becomes of a repository's row."""
