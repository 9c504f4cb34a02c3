"""Decides, without Django, which messages are not sent and why, and when a digest is due."""
