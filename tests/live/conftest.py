"""All live tests: the feed reads more often than in production, so that no test waits for it."""

import pytest

from monitor.live import feed


@pytest.fixture(autouse=True)
def _eager(monkeypatch):
    monkeypatch.setattr(feed, "READ_SECONDS", 0.01)
    monkeypatch.setattr(feed, "READ_SECONDS_WITH_SIGNAL", 0.1)
