"""Explains to one person a pull request: why it is, or is not, on their list, and why they were, or were not, told."""
