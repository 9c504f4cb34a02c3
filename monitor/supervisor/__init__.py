"""The supervisor behind `up`: starts a few processes, keeps them alive, and leaves none of them behind.

Standard library only, and nothing of Django: it must not fail for the reasons its children fail.
"""
