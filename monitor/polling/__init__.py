"""Reads GitHub regularly: which repositories are due, what changed in them, and what their rows say afterwards."""
