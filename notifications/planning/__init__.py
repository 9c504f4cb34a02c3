"""Reads new events, works out who may get a message about each, and writes a delivery for each recipient."""
