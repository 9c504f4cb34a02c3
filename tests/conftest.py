"""Fixtures for all tests; the ones of an area live in `tests/fixtures_*.py`."""

import importlib.util
import os

import pytest
from hypothesis import settings

pytest_plugins = [
    name
    for name in ("tests.fixtures_github", "tests.fixtures_polling", "tests.fixtures_slack")
    if importlib.util.find_spec(name)
]

# A loaded machine is no fault of an example, and a run is no lottery: whoever wants new examples asks for them.
examples = 100 if os.environ.get("PRMONITOR_SLOW") else 50
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=examples)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("explore" if os.environ.get("PRMONITOR_EXPLORE") else "steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Faults and volumes that take their time run where somebody has the time for them."""
    if os.environ.get("PRMONITOR_SLOW"):
        return
    skip = pytest.mark.skip(reason="slow: set PRMONITOR_SLOW=1 to run it")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(skip)
