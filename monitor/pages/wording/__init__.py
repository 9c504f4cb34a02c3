"""Puts data into words for the pages: pure functions over documents, without Django."""
