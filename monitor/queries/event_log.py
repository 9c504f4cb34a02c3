"""Reads the event log from a cursor: the id of the last event that the reader has read."""

import json
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
from monitor.queries.access import AnyUser, audience_of, viewer_for
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
    watched = _WatchedEvents.of_user(user)
    upto = watched.read_limit(after, last)
    ids = watched.ids_for_user(after, upto, limit + 1)
    if len(ids) > limit:
        return EventPage(_events_with_ids(ids[:limit]), ids[limit] - 1, True)
    return EventPage(_events_with_ids(ids), upto, upto < last)


def has_events_after(user: AnyUser, after: int, repository: Repository | None = None) -> bool:
    """Whether there are events after `after` in the repositories that the user watches, or in `repository`.

    The user's filters make no difference. The caller has checked that the user may see `repository`.
    """
    events = Event.objects.filter(id__gt=after)
    if repository is not None:
        return events.filter(repository=repository).exists()
    return events.filter(repository__in=repositories_for(user).order_by().values("pk")).exists()


def missed_more_than(user: AnyUser, after: int, limit: int) -> bool:
    """Whether more than `limit` events after `after` concern this user, or more would have to be examined than allowed.

    Reads no documents. Errors: Resync, if `after` cannot be used.
    """
    last = check_cursor(after)
    watched = _WatchedEvents.of_user(user)
    return watched.read_limit(after, last) < last or len(watched.ids_for_user(after, last, limit + 1)) > limit


@dataclass(frozen=True, slots=True)
class _WatchedEvents:
    """Reads the events of the repositories that one user watches."""

    user: AnyUser
    unfiltered: list[int]  # repositories of which the user gets every event
    filtered: list[int]  # repositories of which the user only gets events that name them or a team of theirs
    names: set[str]

    @classmethod
    def of_user(cls, user: AnyUser) -> Self:
        filters = dict(Subscription.objects.filter(user=user.pk).values_list("repository_id", "filters"))
        unfiltered = [repository for repository, names in filters.items() if Filter.ALL in names]
        filtered = [repository for repository, names in filters.items() if Filter.ALL not in names]
        return cls(user, unfiltered, filtered, viewer_for(user).names if filtered else set())

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
            audience = audience_of(page, [self.user.pk])
            found += [event.id for event in page if self.user.pk in audience[event.id]]
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


def _events_with_ids(ids: list[int]) -> list[Event]:
    """These events with their repository and pull request (as it is now), oldest first."""
    rows = Event.objects.filter(id__in=ids).select_related("repository", "pull_request")
    return list(rows.defer("turn", "facts", "pull_request__snapshot").order_by("id")) if ids else []
