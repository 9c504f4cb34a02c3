"""When a digest is due: on working days from the person's hour on, not too late, and once after an absence."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.rules.working_time import Calendar, is_working_day
from notifications.rules.digest_times import DigestDay, digest_day

# Monday is 2 March 2026.
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2, 8, 59), None),
        (at(2, 9), DigestDay(MONDAY)),
        (at(2, 17, 59), DigestDay(MONDAY)),
        (at(2, 18), None),
        (at(7, 9), None),  # a Saturday
        (at(8, 12), None),
    ],
)
def test_on_working_days_from_the_hour_to_the_end_of_work(now: datetime, expected: DigestDay | None) -> None:
    assert digest_day(Calendar(), 9, True, now) == expected


def test_by_the_persons_own_clock_and_holidays() -> None:
    tokyo = Calendar("Asia/Tokyo", country="JP")
    assert digest_day(tokyo, 9, True, at(2, 0)) == DigestDay(MONDAY)
    assert digest_day(tokyo, 9, True, at(1, 23, 59)) is None
    assert digest_day(tokyo, 9, True, at(20, 1)) is None  # the vernal equinox
    assert digest_day(Calendar(), 9, True, at(20, 9)) is not None


def test_whoever_reads_after_work_has_the_rest_of_the_day() -> None:
    assert digest_day(Calendar(), 20, True, at(2, 23, 59)) == DigestDay(MONDAY)
    assert digest_day(Calendar(), 20, True, at(3, 0)) is None


AWAY = Calendar(away=(at(2, 12), at(5, 14)))


@pytest.mark.parametrize(
    ("now", "daily", "expected"),
    [
        (at(2, 9), True, DigestDay(MONDAY)),  # before it begins
        (at(2, 12), True, None),
        (at(4, 9), True, None),
        (at(5, 13, 59), True, None),
        (at(5, 14), True, DigestDay(date(2026, 3, 5), returned=True)),
        (at(5, 14), False, DigestDay(date(2026, 3, 5), returned=True)),
        (at(6, 9), True, DigestDay(FRIDAY)),
        (at(6, 9), False, None),
    ],
)
def test_none_while_away_and_one_on_return(now: datetime, daily: bool, expected: DigestDay | None) -> None:
    assert digest_day(AWAY, 9, daily, now) == expected


@pytest.mark.parametrize("ends", [at(6, 18), at(7, 0), at(8, 12), at(9, 0), at(9, 8)])
def test_a_return_outside_work_is_met_on_the_next_working_day(ends: datetime) -> None:
    away = Calendar(away=(at(2, 0), ends))
    assert digest_day(away, 9, False, at(9, 9)) == DigestDay(date(2026, 3, 9), returned=True)
    assert digest_day(away, 9, False, at(10, 9)) is None


HOURS = st.integers(0, 23)


@example(hour=0, begins=289, hours=1, days=frozenset({5}), daily=True)  # an hour away, after the digest of the day
@example(hour=9, begins=24 * 9 + 10, hours=2, days=frozenset({1, 2, 3, 4, 5}), daily=True)
@example(hour=9, begins=24 * 9 + 10, hours=2, days=frozenset({1, 2, 3, 4, 5}), daily=False)
@given(
    hour=HOURS,
    begins=st.integers(0, 24 * 20),
    hours=st.integers(1, 24 * 20),
    days=st.frozensets(st.integers(1, 7), min_size=1),
    daily=st.booleans(),
)
def test_each_absence_is_followed_by_one_return(
    hour: int, begins: int, hours: int, days: frozenset[int], daily: bool
) -> None:
    """Looked at every ten minutes, as the schedule does each minute: one day says “returned”, and none while away."""
    first = at(1, 0)
    away = (first + timedelta(hours=begins), first + timedelta(hours=begins + hours))
    calendar = Calendar(days=days, start=time(8), end=time(17), away=away)
    found: dict[date, bool] = {}
    for step in range(0, 60 * 24 * 6, 1):
        now = first + timedelta(minutes=10 * step)
        due = digest_day(calendar, hour, daily, now)
        if due is not None:
            assert not away[0] <= now < away[1]
            assert is_working_day(calendar, due.day)
            found.setdefault(due.day, due.returned)
    assert sum(found.values()) == 1
    assert daily or len(found) == 1
