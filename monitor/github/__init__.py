"""Talks to GitHub: the GraphQL queries, the answers as prmonitor's own values, rate limits, webhook payloads."""
