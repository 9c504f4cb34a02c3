"""Follows the hints of webhooks: queues them, finds what each is about, and reads that from GitHub."""
