"""The decisions: what changed on GitHub, whose turn it is, what a search means.

No module here imports Django, reads a database or the network, or asks for the time: callers pass in what they have
read, the settings and the current time.
"""
