"""Translates a parsed search into a condition (`Q`) and an order for the database.

`rules/search/matching` decides the same about one pull request in memory; tests compare the two.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any, cast

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower

from monitor.models import Involvement, PullRequest, Repository, Snooze
from monitor.rules.roles import Role, TurnRole
from monitor.rules.search import ME, SearchQuery, SearchTerm, SearchViewer, TimeSpan
from monitor.rules.search.vocabulary import NUMBER, TITLE, lines_of

Order = str | OrderBy | Lower
NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class SearchContext:
    """Who searches, and when: the user's id and the time decide about snoozes, `viewer` about everything else."""

    user_id: int
    now: datetime
    viewer: SearchViewer = field(default_factory=SearchViewer)


def search_condition(query: SearchQuery, context: SearchContext) -> Q:
    """The condition for the pull requests that `query` finds: none, if it needs a login that is not known."""
    if query.needs_viewer_login and not context.viewer.login:
        return NOTHING
    clauses = []
    for clause in query.clauses:
        any_of = reduce(or_, (_CONDITIONS[term.field](term, context) for term in clause.terms))
        clauses.append(~any_of if clause.negated else any_of)
    return reduce(and_, clauses, Q())


def search_ordering(query: SearchQuery) -> tuple[Order, ...]:
    """The order that `query` names, then the newest update first, then by repository and number.

    `sort:urgency` means the rows that are not the reader's turn: by the longest wait. Their own turns come before them.
    """
    return (*_ORDERS.get(query.sort or "updated", ()), "-updated_at", Lower("repository__full_name"), "number")


def active_snoozes(user_id: int, now: datetime) -> QuerySet[Snooze]:
    """The snoozes of a user that have not ended at `now`."""
    return active_snoozes_of([user_id], now)


def active_snoozes_of(user_ids: Sequence[int], now: datetime) -> QuerySet[Snooze]:
    """The snoozes of these users that have not ended at `now`."""
    return Snooze.objects.filter(Q(until=None) | Q(until__gt=now), user__in=user_ids)


_LONGEST_WAIT = F("turn_since").asc(nulls_last=True)
_ORDERS: Mapping[str, tuple[Order, ...]] = {
    "updated": (),
    "created": ("-created_at",),
    "age": (_LONGEST_WAIT,),
    "urgency": (_LONGEST_WAIT,),
    "size": ("-lines",),
}


def _is(term: SearchTerm, context: SearchContext) -> Q:
    if term.value == "draft":
        return Q(draft=True)
    if term.value in _RARE:
        # A subquery: it reads only the partial index of the few such rows, whatever else the search asks for.
        return Q(pk__in=PullRequest.objects.filter(_RARE[str(term.value)]).order_by().values("pk"))
    return Q(state=term.value)


_RARE = {"queued": Q(queued=True), "stacked": Q(stacked_on__isnull=False)}


def _involving(term: SearchTerm, context: SearchContext, *roles: str) -> Q:
    names = sorted(context.viewer.names(term))
    rows = Involvement.objects.filter(name__in=names, role__in=[str(role) for role in roles])
    return Q(pk__in=rows.values("pull_request"))


def _has_role(*roles: Role) -> Callable[[SearchTerm, SearchContext], Q]:
    return lambda term, context: _involving(term, context, *roles)


def _author(term: SearchTerm, context: SearchContext) -> Q:
    return Q(author=context.viewer.login if term.value == ME else cast(Any, term.value).name)


def _turn(term: SearchTerm, context: SearchContext) -> Q:
    if term.value == ME:
        mine = Involvement.objects.filter(name=context.viewer.login, role__in=_TURNS.values())
        return Q(pk__in=mine.values("pull_request"))
    if term.value == "none":
        return Q(turn_since=None)
    return Q(pk__in=Involvement.objects.filter(role=_TURNS[str(term.value)]).values("pull_request"))


_TURNS = {"author": TurnRole.AUTHOR, "reviewers": TurnRole.REVIEWER}


def _repository(term: SearchTerm, context: SearchContext) -> Q:
    named = Repository.objects.annotate(key=Lower("full_name")).filter(key=term.value)
    return Q(repository__in=named.values("pk"))


def _organization(term: SearchTerm, context: SearchContext) -> Q:
    owned = Repository.objects.annotate(key=Lower("full_name")).filter(key__startswith=f"{term.value}/")
    return Q(repository__in=owned.values("pk"))


def _snoozed(term: SearchTerm, context: SearchContext) -> Q:
    put_off = Q(pk__in=active_snoozes(context.user_id, context.now).values("pull_request"))
    return put_off if term.value else ~put_off


def _bot(term: SearchTerm, context: SearchContext) -> Q:
    """By a bot, and nobody has taken it on. Only the rows of bots are looked up among the assigned."""
    assigned = Involvement.objects.filter(pull_request=OuterRef("pk"), role=Role.ASSIGNED)
    unattended = Q(author_is_bot=True) & ~Q(Exists(assigned))
    return unattended if term.value else ~unattended


def _size(term: SearchTerm, context: SearchContext) -> Q:
    least, most = lines_of(str(term.value))
    return Q(lines__gte=least) if most is None else Q(lines__gte=least, lines__lte=most)


def _in_time_span(column: str) -> Callable[[SearchTerm, SearchContext], Q]:
    def build(term: SearchTerm, context: SearchContext) -> Q:
        span = cast(TimeSpan, term.value)
        # Null lies in no span. Without this, a negated term would leave such rows out, since SQL compares them to null.
        bounds = Q(**{f"{column}__isnull": False})
        if span.start is not None:
            bounds &= Q(**{f"{column}__gte": span.start})
        return bounds & Q(**{f"{column}__lt": span.end}) if span.end is not None else bounds

    return build


def _equals(lookup: str) -> Callable[[SearchTerm, SearchContext], Q]:
    return lambda term, context: Q(**{lookup: term.value})


_CONDITIONS: Mapping[str, Callable[[SearchTerm, SearchContext], Q]] = {
    "is": _is,
    "author": _author,
    "assignee": _has_role(Role.ASSIGNED),
    "review-requested": _has_role(Role.REVIEW_REQUESTED),
    "user-review-requested": _has_role(Role.REVIEW_REQUESTED),
    "team-review-requested": _has_role(Role.TEAM_REQUESTED),
    "reviewed-by": _has_role(Role.REVIEWED),
    "owner": _has_role(Role.CODE_OWNER),
    "involves": _has_role(*Role),
    "repo": _repository,
    "org": _organization,
    "label": lambda term, context: Q(labels__contains=f"\n{term.value}\n"),
    "base": _equals("base"),
    "head": _equals("head"),
    "ci": _equals("ci"),
    "review": _equals("review_state"),
    "turn": _turn,
    "bot": _bot,
    "snoozed": _snoozed,
    "size": _size,
    "age": _in_time_span("turn_since"),
    "updated": _in_time_span("updated_at"),
    TITLE: _equals("title_folded__contains"),
    NUMBER: _equals("number"),
}
