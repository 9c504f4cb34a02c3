"""Counts working time: how many seconds of a person's working hours lie between two moments.

Called by `queries/turn_ages`. The hours and the absence come from the person's profile; `TIME_ZONE` is the zone of people without one.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

MINUTE, HOUR = 60, 3600
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a person works: IANA time zone, ISO weekdays (Monday is 1), hours of the day, public holidays, and absence.

    `end` is later than `start` on the same day: forms and API accept nothing else. `country` is an ISO 3166 code, or
    empty; a country that the `holidays` package does not know has no holidays.
    """

    time_zone: str = "UTC"
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    start: time = time(9)
    end: time = time(18)
    country: str = ""
    away: tuple[datetime, datetime] | None = None


def working_seconds(calendar: Calendar, since: datetime, now: datetime) -> int:
    """Whole seconds of working time from `since` to `now` (both aware); 0 when `now` is not later.

    The time while the person is away does not count. On a day on which the clocks change, working hours are as long as they really were. The cost hardly depends on the
    length: each year between is one addition.
    """
    if calendar.away is not None:
        begins, ends = calendar.away
        present = replace(calendar, away=None)
        absence = working_seconds(present, max(since, begins), min(now, ends))
        return working_seconds(present, since, now) - absence
    if now <= since:
        return 0
    (first, before), (last, after) = _in_year(calendar, since), _in_year(calendar, now)
    return after - before + sum(_windows(calendar, year)[2][-1] for year in range(first, last))


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether the person works on this day of their calendar: neither a day off nor a public holiday; absences aside."""
    return day.isoweekday() in calendar.days and day not in holidays_in(calendar.country, day.year)


def seconds_left_today(calendar: Calendar, now: datetime) -> int:
    """Whole seconds of the person's working time from `now` to the end of their day."""
    tomorrow = now.astimezone(ZoneInfo(calendar.time_zone)).date() + _DAY
    return working_seconds(calendar, now, datetime.combine(tomorrow, time(), tzinfo=ZoneInfo(calendar.time_zone)))


def duration(seconds: float) -> str:
    """Working time in words: “40 s”, “12 m”, “6 h 10 m”, “41 h”. Not in days: people work different hours a day."""
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    hours, minutes = divmod(whole // MINUTE, 60)
    if not hours:
        return f"{minutes} m"
    return f"{hours} h {minutes} m" if minutes else f"{hours} h"


def _in_year(calendar: Calendar, moment: datetime) -> tuple[int, int]:
    """The year of the last working window that began before `moment`, and the working time in that year until then."""
    stamp = int(moment.timestamp())
    year = moment.astimezone(ZoneInfo(calendar.time_zone)).year
    for one in (year, year - 1):
        starts, ends, sums = _windows(calendar, one)
        at = bisect_right(starts, stamp) - 1
        if at >= 0:
            return one, sums[at] + min(stamp, ends[at]) - starts[at]
    return year, 0


@lru_cache(maxsize=1024)
def _windows(calendar: Calendar, year: int) -> tuple[list[int], list[int], list[int]]:
    """The working windows of a year, one a day: starts and ends (POSIX seconds), and the working time before each."""
    zone = ZoneInfo(calendar.time_zone)
    days = (date(year, 1, 1) + _DAY * number for number in range(366))
    working = [day for day in days if day.year == year and is_working_day(calendar, day) and _is_a_day(day, zone)]
    starts = [_stamp(day, calendar.start, zone) for day in working]
    ends = [max(start, _stamp(day, calendar.end, zone)) for day, start in zip(working, starts, strict=True)]
    return starts, ends, [0, *accumulate(end - start for start, end in zip(starts, ends, strict=True))]


def _is_a_day(day: date, zone: ZoneInfo) -> bool:
    """Whether a zone has this day at all: Samoa went over the date line and had no 30 December 2011."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def _stamp(day: date, clock: time, zone: ZoneInfo) -> int:
    """The moment at which a local clock shows this; in the hour skipped in spring, by the offset before the change."""
    return int(datetime.combine(day, clock, tzinfo=zone).astimezone(UTC).timestamp())


@lru_cache(maxsize=512)
def holidays_in(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country in one year; none for a country that is not known."""
    if not country:
        return frozenset()
    import holidays  # a large package, which is not loaded while nobody has named a country

    try:
        found: Iterable[date] = holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return frozenset()
    return frozenset(found)
