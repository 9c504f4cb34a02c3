"""Working time: a table across week-ends, holidays and clock changes, and properties against counting by the minute."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from time import thread_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.models import Person
from monitor.queries.turn_ages import age_for, calendar_of
from monitor.rules.working_time import Calendar, duration, holidays_in, seconds_left_today, working_seconds

BERLIN = Calendar("Europe/Berlin", country="DE")
EVERY_DAY = frozenset(range(1, 8))


def hours(calendar: Calendar, since: str, now: str) -> float:
    zone = ZoneInfo(calendar.time_zone)
    first, last = (datetime.fromisoformat(text).replace(tzinfo=zone) for text in (since, now))
    return working_seconds(calendar, first, last) / 3600


TABLE: list[tuple[str, Calendar, str, str, float]] = [
    ("within a day", BERLIN, "2026-03-02 10:00", "2026-03-02 12:30", 2.5),
    ("before work", BERLIN, "2026-03-02 06:00", "2026-03-02 09:00", 0),
    ("after work", BERLIN, "2026-03-02 19:00", "2026-03-02 23:00", 0),
    ("over night", BERLIN, "2026-03-02 17:00", "2026-03-03 10:00", 2),
    ("Friday afternoon to Monday morning", BERLIN, "2026-03-06 17:00", "2026-03-09 09:00", 1),
    ("a week-end", BERLIN, "2026-03-07 00:00", "2026-03-09 00:00", 0),
    ("a week", BERLIN, "2026-03-02 00:00", "2026-03-09 00:00", 45),
    ("over Easter", BERLIN, "2026-04-02 17:00", "2026-04-07 10:00", 2),
    ("Easter elsewhere is a working Monday", Calendar("Europe/Berlin"), "2026-04-02 17:00", "2026-04-07 10:00", 20),
    ("over New Year", BERLIN, "2025-12-31 17:00", "2026-01-02 10:00", 2),
    ("a year has 260 working days here", Calendar(), "2024-12-31 23:00", "2025-12-31 23:00", 261 * 9),
    ("the other way round", BERLIN, "2026-03-03 10:00", "2026-03-02 10:00", 0),
    ("Sunday to Thursday", Calendar("Asia/Riyadh", frozenset({7, 1, 2, 3, 4})), "2026-03-05 17:00", "2026-03-08 10:00", 2),
    ("no working day at all", Calendar(days=frozenset()), "2020-01-01 00:00", "2026-01-01 00:00", 0),
    ("clocks change, the day shift does not notice", BERLIN, "2026-03-27 17:00", "2026-03-30 10:00", 2),
    ("a country nobody has written down", Calendar("UTC", country="XX"), "2026-03-02 09:00", "2026-03-02 10:00", 1),
    ("half an hour east", Calendar("Asia/Kolkata"), "2026-03-02 08:30", "2026-03-02 09:30", 0.5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("calendar", "since", "now", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_table(calendar: Calendar, since: str, now: str, expected: float) -> None:
    assert hours(calendar, since, now) == expected


def test_a_request_on_friday_at_five_is_an_hour_old_on_monday_at_nine() -> None:
    friday, monday = datetime(2026, 3, 6, 16, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert duration(working_seconds(BERLIN, friday, monday)) == "1 h"
    # The same two moments in New York, where it was still morning.
    assert duration(working_seconds(Calendar("America/New_York"), friday, monday)) == "7 h"


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]
)
CALENDARS = st.builds(
    Calendar,
    ZONES,
    st.frozensets(st.integers(1, 7)),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
    st.sampled_from(["", "DE", "US", "JP"]),
).filter(lambda one: one.start < one.end)
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_parts_add_up_and_never_exceed_the_time_that_passed(
    calendar: Calendar, a: datetime, b: datetime, c: datetime
) -> None:
    first, second, third = sorted(moment.replace(microsecond=0) for moment in (a, b, c))
    whole = working_seconds(calendar, first, third)
    assert whole == working_seconds(calendar, first, second) + working_seconds(calendar, second, third)
    assert whole >= 0
    assert whole <= (third - first).total_seconds()


@given(CALENDARS, MOMENTS, st.integers(0, 60 * 48))
@example(
    Calendar("Pacific/Apia", frozenset({5}), time(0), time(0, 30)), datetime(2011, 12, 30, tzinfo=UTC), 21
)  # a Friday that Samoa did not have
def test_it_is_what_counting_every_half_hour_gives(calendar: Calendar, since: datetime, steps: int) -> None:
    since = since.replace(minute=0, second=0, microsecond=0)
    zone, step = ZoneInfo(calendar.time_zone), timedelta(minutes=30)
    counted = 0
    for number in range(steps % 200):
        here = (since + number * step).astimezone(zone)
        free = here.date() in holidays_in(calendar.country, here.year)
        counted += here.isoweekday() in calendar.days and not free and calendar.start <= here.time() < calendar.end
    assert working_seconds(calendar, since, since + (steps % 200) * step) == counted * 1800


def test_ten_years_cost_no_more_than_an_hour() -> None:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    working_seconds(BERLIN, now - timedelta(days=3650), now)
    began = thread_time()
    for _ in range(1000):
        working_seconds(BERLIN, now - timedelta(days=3650), now)
    assert thread_time() - began < 0.2


def test_holidays_are_those_of_the_country() -> None:
    assert date(2026, 10, 3) in holidays_in("DE", 2026)
    assert date(2026, 7, 4) in holidays_in("US", 2026)
    assert not holidays_in("", 2026)
    assert not holidays_in("XX", 2026)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 m"),
        (3599, "59 m"),
        (3600, "1 h"),
        (22_200, "6 h 10 m"),
        (147_600, "41 h"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_person_has_a_calendar_and_so_has_somebody_unknown(settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    person = Person(
        time_zone="America/New_York", working_days=[1, 2], working_start=time(8), working_end=time(12), country="US"
    )
    assert calendar_of(person) == Calendar("America/New_York", frozenset({1, 2}), time(8), time(12), "US")
    assert calendar_of(Person()) == Calendar("Europe/Berlin")
    assert age_for(None, datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, 30, tzinfo=UTC)) == 5400


@pytest.mark.parametrize("lost", ["Europe", "Mars/Olympus_Mons", "../zone", "\0", "x" * 300])
def test_a_zone_that_nobody_knows_any_more_is_the_servers(lost: str, settings) -> None:
    settings.TIME_ZONE = "Asia/Tokyo"
    assert calendar_of(Person(time_zone=lost)).time_zone == "Asia/Tokyo"
    assert calendar_of(Person(time_zone="Europe/Lisbon")).time_zone == "Europe/Lisbon"


def test_the_time_while_somebody_is_away_does_not_count():
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    away = replace(Calendar(), away=(monday + timedelta(hours=2), monday + timedelta(days=1, hours=3)))
    assert working_seconds(away, monday, monday + timedelta(hours=5)) == 2 * 3600
    assert working_seconds(away, monday, monday + timedelta(days=1, hours=5)) == 4 * 3600
    assert working_seconds(away, monday + timedelta(hours=3), monday + timedelta(hours=9)) == 0
    assert working_seconds(away, monday + timedelta(days=2), monday + timedelta(days=2, hours=1)) == 3600


def test_what_is_left_of_a_day():
    monday = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    assert seconds_left_today(Calendar(), monday) == 5400
    assert seconds_left_today(Calendar(time_zone="Asia/Tokyo"), monday) == 9 * 3600  # it is Tuesday 01:30 there
    assert seconds_left_today(Calendar(), monday + timedelta(hours=3)) == 0
