"""Operates the app: schedules its tasks, deletes old deliveries, exports metrics, checks the settings."""
