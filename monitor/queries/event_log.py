"""Reads the event log from a cursor: the id of the last event that the reader has read."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from monitor.models import (
    Event,
    EventSequence,
    Repository,
    Subscription,
)
from monitor.queries.access import AnyUser, audience_of, viewers_for
from monitor.queries.repositories import repositories_for
from monitor.rules.filters import Filter


class Resync(Exception):
    """The cursor cannot be used: it is newer than the newest event, or older than the oldest that is kept.

    The reader has to read the present state and go on from `cursor`.
    """

    def __init__(self, cursor: int) -> None:
        super().__init__(f"events are kept only in part; fetch anew and go on from {cursor}")
        self.cursor = cursor


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in the order of their ids. `cursor` is the last event that was examined, even if it is not among them."""

    items: list[Event]
    cursor: int
    has_more: bool


BATCH_SIZE = 500
# How many events one statement of a pass over all of them reads.
PASS_SIZE = 1_000
# A limit for one call: a reader who comes back with an old cursor must not make all others wait.
MAX_EVENTS_READ = 20_000


def latest_event_id() -> int:
    """The id of the newest event; 0 if there never was one."""
    return EventSequence.objects.values_list("last", flat=True).get(pk=EventSequence.ONLY)


def oldest_cursor() -> int:
    """The oldest cursor that can be used: every event after it is kept."""
    return EventSequence.objects.values_list("pruned", flat=True).get(pk=EventSequence.ONLY)


def check_cursor(after: int) -> int:
    """The id of the newest event. Errors: Resync, if events after `after` cannot be read."""
    last, pruned = EventSequence.objects.values_list("last", "pruned").get(pk=EventSequence.ONLY)
    if after > last or after < pruned:
        raise Resync(last)
    return last


def events_after(after: int, limit: int = BATCH_SIZE, upto: int | None = None) -> list[Event]:
    """The next events, whomever they concern, with their repository and pull request (as it is now)."""
    rows = Event.objects.filter(id__gt=after).select_related("repository", "pull_request")
    if upto is not None:
        rows = rows.filter(id__lte=upto)
    return list(rows.defer("turn", "facts", "pull_request__snapshot").order_by("id")[:limit])


def events_for(user: AnyUser, after: int, limit: int) -> EventPage:
    """The next events that concern this user, at most `limit`. Errors: Resync, if `after` cannot be used.

    Examines at most `MAX_EVENTS_READ` events. If there are more, the page says so, even if it is empty.
    """
    last = check_cursor(after)
    watched = _WatchedEvents.of_user(user.pk)
    upto = watched.read_limit(after, last)
    ids = watched.ids_for_user(after, upto, limit + 1)
    if len(ids) > limit:
        return EventPage(events_with_ids(ids[:limit]), ids[limit] - 1, True)
    return EventPage(events_with_ids(ids), upto, upto < last)


def has_events_after(user: AnyUser, after: int, repository: Repository | None = None) -> bool:
    """Whether there are events after `after` in the repositories that the user watches, or in `repository`.

    The user's filters make no difference. The caller has checked that the user may see `repository`.
    """
    events = Event.objects.filter(id__gt=after)
    if repository is not None:
        return events.filter(repository=repository).exists()
    return events.filter(repository__in=repositories_for(user).order_by().values("pk")).exists()


@dataclass(frozen=True, slots=True)
class Missed:
    """The ids of the events that a reader missed, oldest first, up to `cursor`.

    `resync`: these are too many, or not kept. The reader has to read the present state and go on from `cursor`.
    """

    cursor: int
    ids: Sequence[int] = ()
    resync: bool = False


def missed_by(user_id: int, after: int, limit: int) -> Missed:
    """What one user missed after `after`: at most `limit` events, or a resync. Reads no documents.

    A resync also if more events would have to be examined than `MAX_EVENTS_READ`.
    """
    try:
        last = check_cursor(after)
    except Resync as resync:
        return Missed(resync.cursor, resync=True)
    watched = _WatchedEvents.of_user(user_id)
    ids = watched.ids_for_user(after, last, limit + 1) if watched.read_limit(after, last) == last else None
    return Missed(last, resync=True) if ids is None or len(ids) > limit else Missed(last, ids)


def missed_by_each(cursors: Collection[tuple[int, int]], limit: int) -> dict[tuple[int, int], Missed]:
    """What each of many (user, after) missed, as `missed_by` says, with one pass over all events after the oldest."""
    last, pruned = EventSequence.objects.values_list("last", "pruned").get(pk=EventSequence.ONLY)
    ids: dict[tuple[int, int], list[int]] = {cursor: [] for cursor in cursors if pruned <= cursor[1] <= last}
    by_user: dict[int, list[tuple[int, list[int]]]] = {}
    for (user, after), found in ids.items():
        by_user.setdefault(user, []).append((after, found))
    for page in _pages(min((after for _, after in ids), default=last), last, by_user):
        for event_id, users in audience_of(page, list(by_user)).items():
            for after, found in (reader for user in users for reader in by_user[user]):
                if event_id > after and len(found) <= limit:
                    found.append(event_id)
    return {
        cursor: Missed(last, resync=True)
        if cursor not in ids or len(ids[cursor]) > limit
        else Missed(last, ids[cursor])
        for cursor in cursors
    }


def _pages(after: int, upto: int, user_ids: Collection[int]) -> Iterator[list[Event]]:
    """The events of all repositories that any of the users watches, as far as `audience_of` needs them, in pages."""
    if after >= upto:
        return
    watched = set(Subscription.objects.filter(user__in=user_ids).values_list("repository_id", flat=True))
    rows = Event.objects.filter(id__lte=upto, repository__in=watched).only("id", "repository_id", "audience")
    while page := list(rows.filter(id__gt=after).order_by("id")[:PASS_SIZE]):
        yield page
        after = page[-1].id


@dataclass(frozen=True, slots=True)
class _WatchedEvents:
    """Reads the events of the repositories that one user watches."""

    user_id: int
    unfiltered: list[int]  # repositories of which the user gets every event
    filtered: list[int]  # repositories of which the user only gets events that name them or a team of theirs
    names: set[str]

    @classmethod
    def of_user(cls, user_id: int) -> Self:
        filters = dict(Subscription.objects.filter(user=user_id).values_list("repository_id", "filters"))
        unfiltered = [repository for repository, names in filters.items() if Filter.ALL in names]
        filtered = [repository for repository, names in filters.items() if Filter.ALL not in names]
        viewer = viewers_for([user_id]).get(user_id) if filtered else None
        return cls(user_id, unfiltered, filtered, viewer.names if viewer else set())

    def read_limit(self, after: int, last: int) -> int:
        """The id of the last event to examine: `last`, or `MAX_EVENTS_READ` ids further on, which have no gaps."""
        ahead = self._events(after, last).order_by()[: MAX_EVENTS_READ + 1].count()
        return last if ahead <= MAX_EVENTS_READ else after + MAX_EVENTS_READ

    def ids_for_user(self, after: int, upto: int, at_most: int) -> list[int]:
        """The ids of the first `at_most` events that the user gets, oldest first."""
        found: list[int] = []
        size = at_most
        while after < upto and len(found) < at_most:
            page = list(self._candidates(after, upto).only("id", "repository_id", "audience").order_by("id")[:size])
            audience = audience_of(page, [self.user_id])
            found += [event.id for event in page if self.user_id in audience[event.id]]
            after = page[-1].id if len(page) == size else upto
            size = BATCH_SIZE
        return found[:at_most]

    def _events(self, after: int, upto: int) -> QuerySet[Event]:
        return Event.objects.filter(id__gt=after, id__lte=upto, repository__in=[*self.unfiltered, *self.filtered])

    def _candidates(self, after: int, upto: int) -> QuerySet[Event]:
        """The events that may concern the user. The database leaves out most others; `audience_of` then decides."""
        named = Q(repository__in=self.unfiltered)
        for text in {json.dumps(name, ensure_ascii=ascii_only) for name in self.names for ascii_only in (True, False)}:
            named |= Q(names__contains=text)
        return self._events(after, upto).annotate(names=Cast("audience", TextField())).filter(named)


def events_with_ids(event_ids: Collection[int]) -> list[Event]:
    """These events with their repository and pull request (as it is now), oldest first."""
    rows = Event.objects.select_related("repository", "pull_request").defer("turn", "facts", "pull_request__snapshot")
    ids = sorted(event_ids)
    parts = (ids[first : first + PASS_SIZE] for first in range(0, len(ids), PASS_SIZE))
    return [event for part in parts for event in rows.filter(id__in=part).order_by("id")]
