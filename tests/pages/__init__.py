"""Tests of the pages, through Django's test client."""
