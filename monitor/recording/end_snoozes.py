"""Ends snoozes: those until an event when it happens, and deletes those until a time after it has passed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from monitor.models import Snooze
from monitor.rules.change_kinds import ChangeKind
from monitor.rules.logins import same_login
from monitor.rules.snapshot_diff import Change

Until = Snooze.UntilEvent


def waits_for_event() -> Exists:
    """An annotation for a query of pull requests: whether anybody's snooze of the pull request waits for an event."""
    return Exists(Snooze.objects.filter(pull_request=OuterRef("pk"), until_event__isnull=False))


def snooze_events_in(changes: Iterable[Change], author: str | None) -> set[str]:
    """The events, of those that a snooze can wait for, that `changes` bring. A push counts as the author's."""
    found: set[str] = set()
    for change in changes:
        found.add(Until.ANY_UPDATE)
        if change.kind == ChangeKind.PUSHED or same_login(change.actor, author):
            found.add(Until.AUTHOR_UPDATE)
        if change.kind == ChangeKind.READY_FOR_REVIEW:
            found.add(Until.READY_FOR_REVIEW)
    return found


def end_for_events(events_by_pull_request: Mapping[int, set[str]]) -> int:
    """Ends the snoozes that waited for an event that happened, in one statement; returns how many.

    `events_by_pull_request`: pull request id -> the result of `snooze_events_in`.
    """
    events = {event for events in events_by_pull_request.values() for event in events}
    if not events:
        return 0
    waiting = [
        Q(until_event=event, pull_request__in=[pk for pk, own in events_by_pull_request.items() if event in own])
        for event in events
    ]
    return Snooze.objects.filter(reduce(or_, waiting)).delete()[0]


def delete_expired(now: datetime, limit: int) -> int:
    """Deletes at most `limit` snoozes whose time has passed, which nothing reads any more; returns how many."""
    ended = list(Snooze.objects.filter(until__lte=now).values_list("pk", flat=True)[:limit])
    return Snooze.objects.filter(pk__in=ended).delete()[0] if ended else 0
