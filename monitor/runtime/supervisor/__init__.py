"""The supervisor of `up`: starts a few processes, restarts them when they end, and stops all of them in the end.

The supervisor uses only the standard library: it must not fail for the reasons for which its children fail.
"""
