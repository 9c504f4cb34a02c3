"""Sends each person one digest on a working day, and one when they are back from an absence."""
