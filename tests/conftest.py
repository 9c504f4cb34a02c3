"""Fixtures for all tests; the ones of an area live in `tests/fixtures_*.py`."""

import gc
import importlib.util
import os

import pytest

import tests.hypothesis_profiles  # noqa: F401 - how Hypothesis looks for examples
from monitor.queries import cached_counts

pytest_plugins = [
    name
    for name in ("tests.fixtures_github", "tests.fixtures_pages", "tests.fixtures_polling", "tests.fixtures_slack")
    if importlib.util.find_spec(name)
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Faults and volumes that take their time run where somebody has the time for them."""
    if os.environ.get("PRMONITOR_SLOW"):
        return
    skip = pytest.mark.skip(reason="slow: set PRMONITOR_SLOW=1 to run it")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def counts_of_another_test_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests write pull requests past everything that tells of it, and their users have the same numbers."""
    monkeypatch.setattr(cached_counts, "MAX_AGE_SECONDS", 0)


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: no need to look through all of it for garbage."""
    gc.collect()
    gc.freeze()
