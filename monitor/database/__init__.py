"""Decides which database connection a thread uses, and when the thread gives the connection back."""
