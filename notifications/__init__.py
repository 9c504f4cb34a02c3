"""Sends people Slack messages: about review requests, after a delay and only while they are open; and a daily digest."""
