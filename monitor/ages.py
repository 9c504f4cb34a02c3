"""How long something has been somebody's turn, in their own working time."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Lower

from monitor.models import Person
from monitor.time_zones import zone_named
from monitor.working_time import Calendar, working_seconds


def calendar_of(person: Person | None) -> Calendar:
    """When a person works; who is not known here works as most do, in the server's time zone."""
    if person is None:
        return Calendar(settings.TIME_ZONE)
    return Calendar(
        zone_named(person.time_zone).key,
        frozenset(person.working_days),
        person.working_start,
        person.working_end,
        person.country,
    )


def age_for(person: Person | None, since: datetime, now: datetime) -> int:
    """Seconds of the person's working time from `since` to `now`."""
    return working_seconds(calendar_of(person), since, now)


def people_called(logins: Collection[str]) -> dict[str, Person]:
    """The people behind GitHub logins, by login in lower case, in one query; most logins are nobody's here."""
    wanted = {login.lower() for login in logins}
    # Where a user has the login of somebody prepared, the user's own row comes last and counts.
    people = Person.objects.annotate(key=Lower("github_login")).order_by(F("user").asc(nulls_first=True))
    rows = people.filter(key__in=wanted) if wanted else ()
    return {str(row.github_login).lower(): row for row in rows}
