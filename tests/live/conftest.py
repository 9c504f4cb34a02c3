"""All live tests: the feed looks more often than in life, so that nobody waits for it."""

import pytest

from monitor.live import feed


@pytest.fixture(autouse=True)
def _eager(monkeypatch):
    monkeypatch.setattr(feed, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(feed, "LOOK_SECONDS_WITH_DOORBELL", 0.1)
