"""Decides how often GitHub is asked, for how much at once, and which worker asks."""
