"""Tests of the pages in a real browser, with the real server."""
