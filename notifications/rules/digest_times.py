"""Decides on which day, and from when until when, a person's daily digest is due."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.rules.working_time import Calendar, is_working_day

_DAY = timedelta(days=1)
_LONGEST_PAUSE = 400  # days without work that are looked through


@dataclass(frozen=True, slots=True)
class DigestDay:
    """A day whose digest is due now. `returned`: it is the first one since the person came back from an absence."""

    day: date
    returned: bool = False


def digest_day(calendar: Calendar, hour: int, daily: bool, now: datetime) -> DigestDay | None:
    """The day whose digest is due at `now`, from the person's `hour` on; None outside their working days and while away.

    A digest that was missed is due until the end of the person's working day, and not on another day. `daily` False:
    the person wants none but the one after an absence, for which everything else was withheld.
    """
    zone = ZoneInfo(calendar.time_zone)
    local, present = now.astimezone(zone), replace(calendar, away=None)
    today = local.date()
    if calendar.away is not None and calendar.away[0] <= now < calendar.away[1]:
        return None
    if not is_working_day(present, today) or not time(hour) <= local.time() < _end(calendar, hour):
        return None
    returned = _has_returned(present, hour, daily, calendar.away, now)
    return DigestDay(today, returned) if daily or returned else None


def _end(calendar: Calendar, hour: int) -> time:
    """When a digest of `hour` is too late: at the end of work, or for somebody who reads after work, of the day."""
    return calendar.end if time(hour) < calendar.end else time.max


def _has_returned(
    present: Calendar, hour: int, daily: bool, away: tuple[datetime, datetime] | None, now: datetime
) -> bool:
    """Whether today's digest is the first one that can tell what the absence withheld.

    The one before could not if it came before the absence began, or if the absence ended after it was too late.
    """
    if away is None or away[1] > now:
        return False
    zone = ZoneInfo(present.time_zone)
    today = now.astimezone(zone).date()

    def came_before(day: date) -> bool:
        return daily and datetime.combine(day, time(hour), tzinfo=zone) < away[0]

    if came_before(today):
        return False
    days = (today - _DAY * number for number in range(1, _LONGEST_PAUSE))
    before = next((day for day in days if is_working_day(present, day)), None)
    if before is None:
        return True
    too_late = datetime.combine(before, _end(present, hour), tzinfo=zone)
    return came_before(before) or too_late <= away[1]
