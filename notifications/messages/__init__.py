"""Composes messages as values (text, names and links) that any transport can render."""
