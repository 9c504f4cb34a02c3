"""Watches repositories: looks at GitHub, records what changed, and answers who waits for whom."""
