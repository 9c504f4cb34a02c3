"""How long something has been somebody's turn, in their own working time."""

from datetime import datetime

from django.conf import settings

from monitor.models import Person
from monitor.working_time import Calendar, working_seconds


def calendar_of(person: Person | None) -> Calendar:
    """When a person works; who is not known here works as most do, in the server's time zone."""
    if person is None:
        return Calendar(settings.TIME_ZONE)
    return Calendar(
        person.time_zone or settings.TIME_ZONE,
        frozenset(person.working_days),
        person.working_start,
        person.working_end,
        person.country,
    )


def age_for(person: Person | None, since: datetime, now: datetime) -> int:
    """Seconds of the person's working time from `since` to `now`."""
    return working_seconds(calendar_of(person), since, now)
