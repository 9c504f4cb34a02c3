"""Fixtures for all tests; the ones of an area live in `tests/fixtures_*.py`."""

import importlib.util

pytest_plugins = [name for name in ("tests.fixtures_github", "tests.fixtures_slack") if importlib.util.find_spec(name)]
