"""What a person's views counted a moment ago, as long as nothing has changed since that they could count."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any

from django.db.models import F, Func, QuerySet, Subquery
from django.db.models.functions import Lower
from django.utils import timezone

from monitor import queries
from monitor.models import EventSequence, Person, TeamMember
from monitor.search import Query
from monitor.search_sql import asleep

# What moves by the clock alone (`age:`, the end of a snooze), and what nobody writes down, is never older than this.
SECONDS = 5.0
PEOPLE = 500


@dataclass(frozen=True, slots=True)
class _Counted:
    seen: object
    at: float
    counts: dict[Query, int]


_lock = Lock()
_kept: OrderedDict[int, _Counted] = OrderedDict()


def counts_for(user: queries.AnyUser, wanted: Sequence[Query]) -> list[int]:
    """How many pull requests each query means now; counted once while what the person may see stays the same."""
    seen = _seen_by(user)
    with _lock:
        known = _kept.get(user.pk)
    current = known is not None and known.seen == seen and monotonic() - known.at < SECONDS
    counts = dict(known.counts) if known is not None and current else {}
    at = known.at if known is not None and current else monotonic()
    new = [query for query in dict.fromkeys(wanted) if query not in counts]
    if new:
        counts.update(zip(new, queries.counts_for(user, new), strict=True))
        _keep(user.pk, _Counted(seen, at, counts))
    return [counts[query] for query in wanted]


def _keep(user_id: int, counted: _Counted) -> None:
    with _lock:
        _kept[user_id] = counted
        _kept.move_to_end(user_id)
        while len(_kept) > PEOPLE:
            _kept.popitem(last=False)


def _seen_by(user: queries.AnyUser) -> object:
    """What decides what is counted, in one statement: the head, who reads, their snoozes, and what they watch.

    Repositories count with the time of their last look, because not every write is an event: a first look is silent.
    """
    head = EventSequence.objects.filter(pk=EventSequence.ONLY).values("last")
    login = Person.objects.filter(user=user.pk).values("github_login")
    watched = queries.repositories_for(user).order_by("pk")
    named = watched.annotate(
        head=Subquery(head),
        login=Subquery(login),
        teams=_number_of(_teams(user)),
        asleep=_number_of(asleep(user.pk, timezone.now())),
    )
    return tuple(named.values_list("pk", "last_tried_at", "read_count", "head", "login", "teams", "asleep"))


def _teams(user: queries.AnyUser) -> QuerySet[TeamMember]:
    login = Person.objects.filter(user=user.pk).values(key=Lower("github_login"))
    return TeamMember.objects.filter(login__in=login, team__members_known=True)


def _number_of(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are and which is the newest: enough to tell that one came or went."""
    newest = Func(F("pk"), function="MAX") * 1_000_000 + Func(F("pk"), function="COUNT")
    return Subquery(rows.order_by().annotate(all=newest).values("all"))
