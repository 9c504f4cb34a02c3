"""Caches in memory how many pull requests a user's views count, for some seconds and until something changes."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from django.db.models import F, Func, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils import timezone

from monitor import queries
from monitor.database.prepared import prepared
from monitor.models import EventSequence, Person, TeamMember
from monitor.queries.search_conditions import active_snoozes
from monitor.rules.search import SearchQuery

# The limit for changes that the version does not contain: those that come with time (`age:`, the end of a snooze).
MAX_AGE_SECONDS = 5.0
MAX_USERS = 500


@dataclass(frozen=True, slots=True)
class _CachedCounts:
    version: object
    counted_at: float
    counts: dict[SearchQuery, int]


_lock = Lock()
_cache: OrderedDict[int, _CachedCounts] = OrderedDict()


def cached_counts_for(user: queries.AnyUser, wanted: Sequence[SearchQuery]) -> list[int]:
    """How many pull requests each query finds; counted again only after something changed or `MAX_AGE_SECONDS`."""
    version = _version_of(user)
    with _lock:
        known = _cache.get(user.pk)
    current = known is not None and known.version == version and monotonic() - known.counted_at < MAX_AGE_SECONDS
    counts = dict(known.counts) if known is not None and current else {}
    counted_at = known.counted_at if known is not None and current else monotonic()
    new = [query for query in dict.fromkeys(wanted) if query not in counts]
    if new:
        counts.update(zip(new, queries.counts_for(user, new), strict=True))
        _store(user.pk, _CachedCounts(version, counted_at, counts))
    return [counts[query] for query in wanted]


def _store(user_id: int, counts: _CachedCounts) -> None:
    with _lock:
        _cache[user_id] = counts
        _cache.move_to_end(user_id)
        while len(_cache) > MAX_USERS:
            _cache.popitem(last=False)


def _version_of(user: queries.AnyUser) -> object:
    """A value that changes whenever the counts may change, read in one statement.

    It contains the newest event, the user's login, teams and snoozes, and the repositories that they watch, each with
    the time of its last poll: the first poll of a repository writes no events.
    """
    return tuple(_version(queries.reader_of(user), user=user.pk, now=timezone.now()))


@prepared
def _version(reader: queries.Reader, *, user: int, now: datetime) -> QuerySet[Any, Any]:
    latest = EventSequence.objects.filter(pk=EventSequence.ONLY).values("last")
    login = Person.objects.filter(user=user).values("github_login")
    annotated = (
        queries.repositories_for(reader.as_user(user))
        .order_by("pk")
        .annotate(
            latest=Subquery(latest),
            login=Subquery(login),
            teams=_fingerprint_of(_teams(user)),
            active_snoozes=_fingerprint_of(active_snoozes(user, now)),
        )
    )
    return annotated.values_list("pk", "last_tried_at", "read_count", "latest", "login", "teams", "active_snoozes")


def _teams(user: int) -> QuerySet[TeamMember]:
    login = Person.objects.filter(user=user).values(key=Lower("github_login"))
    return TeamMember.objects.filter(login__in=login, team__members_known=True)


def _fingerprint_of(rows: QuerySet[Any]) -> Subquery:
    """A number made of the newest id and the number of rows: it changes when a row is added or deleted."""
    newest = Func(F("pk"), function="MAX") * 1_000_000 + Func(F("pk"), function="COUNT")
    return Subquery(rows.order_by().annotate(all=newest).values("all"))
