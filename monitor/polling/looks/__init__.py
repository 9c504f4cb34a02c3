"""Looks at repositories: the first look, the regular look, periodic refreshes, and what each look leads to."""
