"""Computes how long it has been a person's turn, in that person's working time, and tells who is away."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from monitor.database.prepared import padded, prepared
from monitor.models import Person
from monitor.queries.time_zones import zone_named
from monitor.rules.working_time import Calendar, working_seconds


def calendar_of(person: Person | None) -> Calendar:
    """When a person works; for somebody unknown, the usual hours in the time zone of the setting `TIME_ZONE`."""
    if person is None:
        return Calendar(settings.TIME_ZONE)
    return Calendar(
        zone_named(person.time_zone).key,
        frozenset(person.working_days),
        person.working_start,
        person.working_end,
        person.country,
        (person.away_from, person.away_until) if person.away_from and person.away_until else None,
    )


def age_for(person: Person | None, since: datetime, now: datetime) -> int:
    """Seconds of the person's working time from `since` to `now`."""
    return working_seconds(calendar_of(person), since, now)


def people_by_login(logins: Collection[str]) -> dict[str, Person]:
    """Login in lower case -> person, in one query. Logins that belong to nobody in prmonitor are left out."""
    wanted = {login.lower() for login in logins}
    rows = _people(logins=padded(sorted(wanted)))
    return {str(row.github_login).lower(): row for row in rows}


@prepared
def _people(*, logins: Any) -> QuerySet[Any, Any]:
    # A team lead may have entered a person before that person signed in. The row of the user comes last, and so wins.
    people = Person.objects.annotate(key=Lower("github_login")).order_by(F("user").asc(nulls_first=True))
    return people.filter(key__in=logins)


def absences_of(logins: Collection[str], now: datetime) -> dict[str, datetime]:
    """Login in lower case -> when the person is back, for those of `logins` who are away at `now`."""
    people = people_by_login(logins)
    return {login: one.away_until for login, one in people.items() if one.away_until and one.is_away(now)}
