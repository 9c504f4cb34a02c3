"""Counts that processes of one machine share are exact, and end in time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from monitor.quotas import rate_counter, shared_counts
from monitor.quotas.shared_counts import SharedCounts


def test_nobody_is_counted_twice_or_not_at_all(tmp_path: Path) -> None:
    several = [SharedCounts(tmp_path / "counts.sqlite3") for _ in range(4)]  # as in four processes
    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda number: several[number % 4].count("a", 60), range(400)))
    assert sorted(counts) == list(range(1, 401))
    assert several[0].count("b", 60) == 1


def test_a_count_begins_anew_when_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts, now = SharedCounts(tmp_path / "counts.sqlite3"), [1_000.0]
    monkeypatch.setattr(shared_counts.time, "time", lambda: now[0])
    assert [counts.count("a", 60), counts.count("a", 60)] == [1, 2]
    now[0] += 59
    assert counts.count("a", 60) == 3, "the first counts alone say when the time is over"
    now[0] += 1
    assert counts.count("a", 60) == 1


def test_what_is_over_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts, now = SharedCounts(tmp_path / "counts.sqlite3"), [1_000.0]
    monkeypatch.setattr(shared_counts.time, "time", lambda: now[0])
    monkeypatch.setattr(shared_counts, "CLEAN_EVERY", 10)
    for number in range(9):
        counts.count(f"key-{number}", 60)
    now[0] += 60
    counts.count("last", 60)
    assert counts._connection().execute("SELECT key FROM counts").fetchall() == [("last",)]


def test_several_web_processes_count_in_the_file_unless_there_is_redis(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_counter, "_shared", SharedCounts(tmp_path / "counts.sqlite3"))
    settings.REDIS_URL = ""
    settings.WEB_PROCESSES = 2
    assert [rate_counter.count("shared-counts-test", 60) for _ in range(2)] == [1, 2]
    assert (tmp_path / "counts.sqlite3").exists()
    monkeypatch.setattr(rate_counter, "_shared", SharedCounts(tmp_path / "no folder" / "counts.sqlite3"))
    assert rate_counter.count("shared-counts-test", 60) == 0, "no limit for a while rather than no service"
    settings.WEB_PROCESSES = 1
    assert rate_counter.count("shared-counts-test", 60) == 1
