"""Sends the deliveries that are due, after a last check of the suppression rules, and records each result."""
