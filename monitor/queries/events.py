"""Reads of the event log, each with a cursor."""

from dataclasses import dataclass

from monitor.models import (
    Event,
    EventSequence,
)
from monitor.queries.access import AnyUser, audience_of


class Resync(Exception):
    """A cursor that cannot be served: ahead of the head, or older than what is kept. `cursor` is where to go on."""

    def __init__(self, cursor: int) -> None:
        super().__init__(f"events are kept only in part; fetch anew and go on from {cursor}")
        self.cursor = cursor


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in commit order; `cursor` is how far was looked, also where nothing concerned the reader."""

    items: list[Event]
    cursor: int
    has_more: bool


LOOKED_AT_ONCE = 500


def head() -> int:
    """The id of the newest event."""
    return EventSequence.objects.values_list("last", flat=True).get(pk=EventSequence.ONLY)


def oldest_cursor() -> int:
    """The cursor from which everything that is kept can be read."""
    return EventSequence.objects.values_list("pruned", flat=True).get(pk=EventSequence.ONLY)


def check_cursor(after: int) -> int:
    """The head, if `after` can be served from. Errors: Resync."""
    last, pruned = EventSequence.objects.values_list("last", "pruned").get(pk=EventSequence.ONLY)
    if after > last or after < pruned:
        raise Resync(last)
    return last


def events_after(after: int, limit: int = LOOKED_AT_ONCE, upto: int | None = None) -> list[Event]:
    """The next events of everybody, with repository and pull request (today's document) loaded."""
    rows = Event.objects.filter(id__gt=after).select_related("repository", "pull_request")
    if upto is not None:
        rows = rows.filter(id__lte=upto)
    return list(rows.defer("pull_request__snapshot").order_by("id")[:limit])


def events_for(user: AnyUser, after: int, limit: int) -> EventPage:
    """The next events this user would have heard of. Errors: Resync when `after` cannot be served.

    Looks through everybody's events in pages until `limit` are found or the head is reached.
    """
    last = check_cursor(after)
    found: list[Event] = []
    cursor = after
    while cursor < last:
        page = events_after(cursor, LOOKED_AT_ONCE, last)
        heard = audience_of(page, [user.pk])
        for event in page:
            if user.pk in heard[event.id]:
                if len(found) == limit:
                    return EventPage(found, cursor, True)
                found.append(event)
            cursor = event.id
        if not page:
            cursor = last
    return EventPage(found, max(cursor, after), False)


def missed_more_than(user: AnyUser, after: int, limit: int) -> bool:
    """Whether more than `limit` events after `after` concern this user; reads no documents. Errors: Resync."""
    last = check_cursor(after)
    found = 0
    cursor = after
    while found <= limit < last - after and cursor < last:
        rows = Event.objects.filter(id__gt=cursor, id__lte=last).only("id", "repository_id", "audience")
        page = list(rows.order_by("id")[:LOOKED_AT_ONCE])
        found += sum(user.pk in heard for heard in audience_of(page, [user.pk]).values())
        cursor = page[-1].id if page else last
    return found > limit
