"""Writes pull requests as GitHub described them: compares, works out roles and turns, writes rows and events.

`recorder` has the two functions that other packages call; each is one transaction.
"""
