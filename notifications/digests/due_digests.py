"""Finds the people whose digest is due, and writes a row for each."""

from datetime import datetime, timedelta

from monitor.models import Person
from monitor.queries.turn_ages import calendar_of
from notifications.models import Digest
from notifications.rules.digest_times import DigestDay, digest_day


def write_due_digests(now: datetime) -> int:
    """Writes a waiting digest for everybody whose digest is due at `now` and has no row yet; returns how many."""
    known = set(Digest.objects.filter(day__gte=(now - timedelta(days=2)).date()).values_list("user", "day"))
    rows = [
        Digest(user_id=user_id, day=due.day, returned=due.returned, due_at=now)
        for user_id, person in _readers().items()
        if (due := day_of(person, now)) and (user_id, due.day) not in known
    ]
    Digest.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may have been first
    return len(rows)


def day_of(person: Person, now: datetime) -> DigestDay | None:
    """The day whose digest the person should have at `now`, if any."""
    if not person.slack or not person.slack_user_id:
        return None
    return digest_day(calendar_of(person), person.digest_hour, person.digest, now)


def _readers() -> dict[int, Person]:
    """User id -> profile of everybody whom Slack may reach."""
    people = Person.objects.filter(slack=True, user__is_active=True).exclude(slack_user_id="")
    return {person.user_id: person for person in people if person.user_id}
