"""Decides, without Django, which messages are not sent and why."""
