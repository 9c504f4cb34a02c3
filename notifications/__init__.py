"""Tells people in Slack what waits for them: quietly, and only what is still true."""
