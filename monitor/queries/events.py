"""Reads of the event log, each with a cursor."""

from dataclasses import dataclass

from monitor.models import (
    Event,
    EventSequence,
    Repository,
    Subscription,
)
from monitor.queries.access import AnyUser, audience_of
from monitor.queries.repositories import repositories_for


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
LOOKED_AT_MOST = 20_000


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
    return list(rows.defer("turn", "pull_request__snapshot").order_by("id")[:limit])


def events_for(user: AnyUser, after: int, limit: int) -> EventPage:
    """The next events this user would have heard of. Errors: Resync when `after` cannot be served.

    Looks through the events of the repositories they watch, in pages, until `limit` are found or the head is reached;
    after `LOOKED_AT_MOST` it says how far it came and that there is more. Only what was found is read in full.
    """
    last = check_cursor(after)
    found: list[int] = []
    cursor, looked = after, 0
    while cursor < last and looked < LOOKED_AT_MOST:
        page = _narrow(user, cursor, last)
        looked += len(page)
        heard = audience_of(page, [user.pk])
        for event in page:
            if user.pk in heard[event.id]:
                if len(found) == limit:
                    return EventPage(_in_full(found), event.id - 1, True)
                found.append(event.id)
            cursor = event.id
        if len(page) < LOOKED_AT_ONCE:
            cursor = last
    return EventPage(_in_full(found), cursor, cursor < last)


def anything_after(user: AnyUser, after: int, repository: Repository | None = None) -> bool:
    """Whether anything happened after `after` in what the user watches, or in one repository: heard or not.

    Access to `repository` is the caller's business.
    """
    events = Event.objects.filter(id__gt=after)
    if repository is not None:
        return events.filter(repository=repository).exists()
    return events.filter(repository__in=repositories_for(user).order_by().values("pk")).exists()


def missed_more_than(user: AnyUser, after: int, limit: int) -> bool:
    """Whether more than `limit` events after `after` concern this user; reads no documents. Errors: Resync."""
    last = check_cursor(after)
    found = 0
    cursor = after
    while found <= limit < last - after and cursor < last:
        page = _narrow(user, cursor, last)
        found += sum(user.pk in heard for heard in audience_of(page, [user.pk]).values())
        cursor = page[-1].id if len(page) == LOOKED_AT_ONCE else last
    return found > limit


def _narrow(user: AnyUser, after: int, upto: int) -> list[Event]:
    """The next events of what the user watches, with no more than decides who hears them."""
    watched = Subscription.objects.filter(user=user.pk).values("repository")
    rows = Event.objects.filter(id__gt=after, id__lte=upto, repository__in=watched)
    return list(rows.only("id", "repository_id", "audience").order_by("id")[:LOOKED_AT_ONCE])


def _in_full(ids: list[int]) -> list[Event]:
    """These events with repository and pull request (today's document) loaded, oldest first."""
    rows = Event.objects.filter(id__in=ids).select_related("repository", "pull_request")
    return list(rows.defer("turn", "pull_request__snapshot").order_by("id")) if ids else []
