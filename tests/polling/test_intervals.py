"""When the next look is: intervals, places in the interval, pauses after failures; tables and properties."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.polling.pacing.intervals import (
    RepositoryActivity,
    backoff,
    cadence_of,
    crosses_boundary,
    interval_of,
    next_slot,
    reconcile_offset,
    slots_for,
)

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("pace", "cadence"),
    [
        (RepositoryActivity(), "lively"),
        (RepositoryActivity(first_read_at=NOW - HOUR), "lively"),
        (RepositoryActivity(first_read_at=NOW - 24 * HOUR), "quiet"),
        (RepositoryActivity(first_read_at=NOW - 90 * HOUR, changed_at=NOW - 23 * HOUR), "lively"),
        (RepositoryActivity(first_read_at=NOW - 90 * HOUR, changed_at=NOW - 25 * HOUR), "quiet"),
        (RepositoryActivity(hooked_at=NOW - HOUR, first_read_at=NOW - 90 * HOUR), "hooked"),
        (RepositoryActivity(hooked_at=NOW - 25 * HOUR, first_read_at=NOW - HOUR), "lively"),
        (RepositoryActivity(archived=True, hooked_at=NOW), "archived"),
    ],
)
def test_cadence(pace: RepositoryActivity, cadence: str) -> None:
    assert cadence_of(pace, NOW) == cadence


@pytest.mark.parametrize(
    ("cadence", "base", "factors", "seconds"),
    [
        ("lively", 10, {}, 10),
        ("lively", 60, {"lively": 2, "quiet": 5}, 120),
        ("quiet", 60, {}, 60),
        ("quiet", 60, {"quiet": 5}, 300),
        ("hooked", 60, {}, 300),
        ("hooked", 900, {}, 900),
        ("archived", 60, {}, 3600),
        ("archived", 86400, {}, 86400),
    ],
)
def test_interval(cadence, base: int, factors: dict[str, int], seconds: int) -> None:
    assert interval_of(cadence, base, **factors) == seconds


@given(
    st.datetimes(datetime(2021, 1, 1), datetime(2035, 1, 1)),
    st.integers(10, 3600), st.integers(1, 200), st.integers(1, 10**9),
)  # fmt: skip
def test_a_place_comes_once_an_interval_and_never_drifts(moment: datetime, interval: int, slots: int, pk: int) -> None:
    after = moment.replace(tzinfo=UTC)
    first = next_slot(after, interval, slots, pk)
    assert after < first <= after + timedelta(seconds=interval, milliseconds=1)
    late = first + timedelta(seconds=interval * 0.4)
    second = next_slot(late, interval, slots, pk)
    assert abs((second - first).total_seconds() - interval) < 0.001


def test_a_thousand_repositories_fill_their_batches_and_spread_over_the_minute() -> None:
    slots = slots_for(1000, 50)
    places = Counter(next_slot(NOW, 60, slots, pk) for pk in range(1, 1001))
    assert set(places.values()) == {50}
    assert len(places) == 20


def test_fifty_repositories_share_one_probe() -> None:
    assert len({next_slot(NOW, 60, slots_for(50, 50), pk) for pk in range(7, 57)}) == 1


def test_a_missed_place_is_skipped_not_queued() -> None:
    eight_hours_later = NOW + 8 * HOUR
    assert next_slot(eight_hours_later, 60, 1, 3) == eight_hours_later + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("failures", "interval", "seconds"),
    [(1, 10, 10), (2, 10, 20), (5, 10, 160), (6, 10, 300), (99, 10, 300), (1, 60, 60), (4, 60, 300), (3, 3600, 3600)],
)
def test_backoff(failures: int, interval: int, seconds: int) -> None:
    assert backoff(failures, interval) == timedelta(seconds=seconds)


def test_reconciliations_spread_over_six_hours() -> None:
    hours = Counter(int(reconcile_offset(pk) / HOUR) for pk in range(1, 601))
    assert sorted(hours) == [0, 1, 2, 3, 4, 5]
    assert min(hours.values()) > 80


@pytest.mark.parametrize(("seconds", "crossed"), [(299, False), (300, True), (301, True), (1, False)])
def test_crosses(seconds: int, crossed: bool) -> None:
    assert crosses_boundary(NOW, NOW + timedelta(seconds=seconds), 300) is crossed
