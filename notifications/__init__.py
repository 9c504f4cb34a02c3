"""Sends people Slack messages about review requests that wait for them, after a delay and only while they are open."""
