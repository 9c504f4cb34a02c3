"""Fixtures for all tests; the ones of an area live in `tests/fixtures_*.py`."""

pytest_plugins = ["tests.fixtures_github"]
