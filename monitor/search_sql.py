"""A search as a condition and an order for the database; `monitor.search.matching` says the same about one pull request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any, cast

from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from monitor.events import Awaited, Role
from monitor.models import Involvement, Repository, Snooze
from monitor.search import ME, Query, Reader, Span, Term
from monitor.search.vocabulary import NUMBER, TITLE, lines_of

Order = str | OrderBy | Lower
NOBODY = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Asker:
    """Who reads, as a user of this site too, and when: snoozes are a user's and end."""

    user_id: int
    now: datetime
    reader: Reader = field(default_factory=Reader)


def condition(query: Query, asker: Asker) -> Q:
    """The pull requests of `query`; none where it asks for a reader whose login is not known."""
    if query.asks_who_reads and not asker.reader.login:
        return NOBODY
    clauses = []
    for clause in query.clauses:
        any_of = reduce(or_, (_CONDITIONS[term.field](term, asker) for term in clause.terms))
        clauses.append(~any_of if clause.negated else any_of)
    return reduce(and_, clauses, Q())


def ordering(query: Query) -> tuple[Order, ...]:
    """The order of `query`, the newest update first, then repository and number, where it leaves things open."""
    return (*_ORDERS[query.sort or "updated"], "-updated_at", Lower("repository__full_name"), "number")


def asleep(user_id: int, now: datetime) -> Any:
    """The snoozes of a user that have not ended."""
    return Snooze.objects.filter(Q(until=None) | Q(until__gt=now), user=user_id)


_ORDERS: Mapping[str, tuple[Order, ...]] = {
    "updated": (),
    "created": ("-created_at",),
    "age": (F("turn_since").asc(nulls_last=True),),
    "size": ("-lines",),
}


def _involving(term: Term, asker: Asker, *roles: str) -> Q:
    names = sorted(asker.reader.names(term))
    rows = Involvement.objects.filter(name__in=names, role__in=[str(role) for role in roles])
    return Q(pk__in=rows.values("pull_request"))


def _has(*roles: Role) -> Callable[[Term, Asker], Q]:
    return lambda term, asker: _involving(term, asker, *roles)


def _author(term: Term, asker: Asker) -> Q:
    return Q(author=asker.reader.login if term.value == ME else cast(Any, term.value).name)


def _turn(term: Term, asker: Asker) -> Q:
    if term.value == ME:
        mine = Involvement.objects.filter(name=asker.reader.login, role__in=_TURNS.values())
        return Q(pk__in=mine.values("pull_request"))
    if term.value == "none":
        return Q(turn_since=None)
    return Q(pk__in=Involvement.objects.filter(role=_TURNS[str(term.value)]).values("pull_request"))


_TURNS = {"author": Awaited.AUTHOR, "reviewers": Awaited.REVIEWER}


def _repository(term: Term, asker: Asker) -> Q:
    named = Repository.objects.annotate(key=Lower("full_name")).filter(key=term.value)
    return Q(repository__in=named.values("pk"))


def _organization(term: Term, asker: Asker) -> Q:
    owned = Repository.objects.annotate(key=Lower("full_name")).filter(key__startswith=f"{term.value}/")
    return Q(repository__in=owned.values("pk"))


def _snoozed(term: Term, asker: Asker) -> Q:
    put_off = Q(pk__in=asleep(asker.user_id, asker.now).values("pull_request"))
    return put_off if term.value else ~put_off


def _size(term: Term, asker: Asker) -> Q:
    least, most = lines_of(str(term.value))
    return Q(lines__gte=least) if most is None else Q(lines__gte=least, lines__lte=most)


def _within(column: str) -> Callable[[Term, Asker], Q]:
    def build(term: Term, asker: Asker) -> Q:
        span = cast(Span, term.value)
        # A column that is empty lies in no span, and therefore outside of every one.
        bounds = Q(**{f"{column}__isnull": False})
        if span.start is not None:
            bounds &= Q(**{f"{column}__gte": span.start})
        return bounds & Q(**{f"{column}__lt": span.end}) if span.end is not None else bounds

    return build


def _equals(lookup: str) -> Callable[[Term, Asker], Q]:
    return lambda term, asker: Q(**{lookup: term.value})


_CONDITIONS: Mapping[str, Callable[[Term, Asker], Q]] = {
    "is": lambda term, asker: Q(draft=True) if term.value == "draft" else Q(state=term.value),
    "author": _author,
    "assignee": _has(Role.ASSIGNED),
    "review-requested": _has(Role.REVIEW_REQUESTED),
    "team-review-requested": _has(Role.TEAM_REQUESTED),
    "reviewed-by": _has(Role.REVIEWED),
    "owner": _has(Role.CODE_OWNER),
    "involves": _has(*Role),
    "repo": _repository,
    "org": _organization,
    "label": lambda term, asker: Q(labels__contains=f"\n{term.value}\n"),
    "base": _equals("base"),
    "head": _equals("head"),
    "ci": _equals("ci"),
    "review": _equals("review_state"),
    "turn": _turn,
    "bot": _equals("author_is_bot"),
    "snoozed": _snoozed,
    "size": _size,
    "age": _within("turn_since"),
    "updated": _within("updated_at"),
    TITLE: _equals("title_folded__contains"),
    NUMBER: _equals("number"),
}
