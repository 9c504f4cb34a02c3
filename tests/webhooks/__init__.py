"""Webhooks in: what the door takes, what a hint means, and what becomes of it."""
