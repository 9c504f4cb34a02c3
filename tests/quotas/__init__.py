"""Limits on how much one person may ask for."""
