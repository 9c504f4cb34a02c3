"""Reads of the event log, each with a cursor."""

import json
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from monitor.events import Filter
from monitor.models import (
    Event,
    EventSequence,
    Repository,
    Subscription,
)
from monitor.queries.access import AnyUser, audience_of, viewer_for
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
# Of the events of what one watches: a reader who comes back with an old cursor must not keep all others waiting.
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

    Looks as far as `LOOKED_AT_MOST` allows; then it says how far it came and that there is more.
    """
    last = check_cursor(after)
    watched = _Watched.by(user)
    upto = watched.reach(after, last)
    heard = watched.heard(after, upto, limit + 1)
    if len(heard) > limit:
        return EventPage(_in_full(heard[:limit]), heard[limit] - 1, True)
    return EventPage(_in_full(heard), upto, upto < last)


def anything_after(user: AnyUser, after: int, repository: Repository | None = None) -> bool:
    """Whether anything happened after `after` in what the user watches, or in one repository: heard or not.

    Access to `repository` is the caller's business.
    """
    events = Event.objects.filter(id__gt=after)
    if repository is not None:
        return events.filter(repository=repository).exists()
    return events.filter(repository__in=repositories_for(user).order_by().values("pk")).exists()


def missed_more_than(user: AnyUser, after: int, limit: int) -> bool:
    """Whether more than `limit` events after `after` concern this user, or too many would have to be looked at to know.

    Reads no documents. Errors: Resync.
    """
    last = check_cursor(after)
    watched = _Watched.by(user)
    return watched.reach(after, last) < last or len(watched.heard(after, last, limit + 1)) > limit


@dataclass(frozen=True, slots=True)
class _Watched:
    """The events of what one user watches."""

    user: AnyUser
    wholly: list[int]  # repositories of which every event reaches the user
    partly: list[int]  # repositories of which only those events do that name the user or a team
    names: set[str]

    @classmethod
    def by(cls, user: AnyUser) -> Self:
        filters = dict(Subscription.objects.filter(user=user.pk).values_list("repository_id", "filters"))
        wholly = [repository for repository, names in filters.items() if Filter.ALL in names]
        partly = [repository for repository, names in filters.items() if Filter.ALL not in names]
        return cls(user, wholly, partly, viewer_for(user).names if partly else set())

    def reach(self, after: int, last: int) -> int:
        """How far one read looks: to `last`, or (ids have no gaps) over `LOOKED_AT_MOST` events where more lie ahead."""
        ahead = self._events(after, last).order_by()[: LOOKED_AT_MOST + 1].count()
        return last if ahead <= LOOKED_AT_MOST else after + LOOKED_AT_MOST

    def heard(self, after: int, upto: int, at_most: int) -> list[int]:
        """The ids of the first `at_most` events that reach the user, oldest first."""
        found: list[int] = []
        size = at_most
        while after < upto and len(found) < at_most:
            page = list(self._naming(after, upto).only("id", "repository_id", "audience").order_by("id")[:size])
            heard = audience_of(page, [self.user.pk])
            found += [event.id for event in page if self.user.pk in heard[event.id]]
            after = page[-1].id if len(page) == size else upto
            size = LOOKED_AT_ONCE
        return found[:at_most]

    def _events(self, after: int, upto: int) -> QuerySet[Event]:
        return Event.objects.filter(id__gt=after, id__lte=upto, repository__in=[*self.wholly, *self.partly])

    def _naming(self, after: int, upto: int) -> QuerySet[Event]:
        """All that may reach the user: the database passes over what names somebody else, `audience_of` decides."""
        named = Q(repository__in=self.wholly)
        for text in {json.dumps(name, ensure_ascii=how) for name in self.names for how in (True, False)}:
            named |= Q(names__contains=text)
        return self._events(after, upto).annotate(names=Cast("audience", TextField())).filter(named)


def _in_full(ids: list[int]) -> list[Event]:
    """These events with repository and pull request (today's document) loaded, oldest first."""
    rows = Event.objects.filter(id__in=ids).select_related("repository", "pull_request")
    return list(rows.defer("turn", "pull_request__snapshot").order_by("id")) if ids else []
