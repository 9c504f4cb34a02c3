"""System checks: what is configured, but cannot work."""
