"""Serves all background tasks: their schedules, their deadlines, and the errors of an unavailable database."""
