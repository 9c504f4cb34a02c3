"""Ending snoozes: those that wait for an event when it happens, those that wait for a time once it has passed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from monitor.attention.turn import same
from monitor.diff import Change
from monitor.events import Kind
from monitor.models import Snooze

Until = Snooze.UntilEvent


def awaited() -> Exists:
    """For a list of pull requests: whether a snooze of one waits for an event."""
    return Exists(Snooze.objects.filter(pull_request=OuterRef("pk"), until_event__isnull=False))


def happened(changes: Iterable[Change], author: str | None) -> set[str]:
    """What snoozes can wait for that these changes bring. A push is the author's doing, whoever made it."""
    found: set[str] = set()
    for change in changes:
        found.add(Until.ANY_UPDATE)
        if change.kind == Kind.PUSHED or same(change.actor, author):
            found.add(Until.AUTHOR_UPDATE)
        if change.kind == Kind.READY_FOR_REVIEW:
            found.add(Until.READY_FOR_REVIEW)
    return found


def wake(found: Mapping[int, set[str]]) -> int:
    """Ends the snoozes that waited for what happened (pull request id -> `happened`), in one statement; how many."""
    events = {event for events in found.values() for event in events}
    if not events:
        return 0
    waiting = [
        Q(until_event=event, pull_request__in=[pk for pk, own in found.items() if event in own]) for event in events
    ]
    return Snooze.objects.filter(reduce(or_, waiting)).delete()[0]


def forget_ended(now: datetime, limit: int) -> int:
    """Removes snoozes whose time has passed, at most `limit`; nothing reads them any more. How many."""
    ended = list(Snooze.objects.filter(until__lte=now).values_list("pk", flat=True)[:limit])
    return Snooze.objects.filter(pk__in=ended).delete()[0] if ended else 0
