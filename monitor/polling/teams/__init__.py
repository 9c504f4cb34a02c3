"""Reads the members of teams with review requests, and recalculates whose turn it is after members changed."""
