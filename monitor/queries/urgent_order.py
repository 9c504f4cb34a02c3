"""Puts the reader's own turns in the order of `sort:urgency`; rows that are not their turn come last."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, F, Min, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import OrderBy

from monitor.models import Involvement, Person, PullRequest
from monitor.queries.search_conditions import SearchContext
from monitor.queries.turn_ages import calendar_of
from monitor.rules.roles import TurnRole
from monitor.rules.search import SearchViewer
from monitor.rules.snapshot import parse_time
from monitor.rules.urgency import Clock, WaitingTurn, most_urgent_first, urgency_rank, why_next

# More turns than a person can have in mind; those beyond it, the shortest waits, come after them.
RANKED_AT_MOST = 500


def urgent_order(found: QuerySet[PullRequest], context: SearchContext) -> tuple[OrderBy, ...]:
    """The order of the rows of `found`: the reader's turns by urgency, then the others by the longest wait."""
    ranked = most_urgent_first(own_turns(found, context), clock_of(context.user_id, context.now))
    wait = F("turn_since").asc(nulls_last=True)
    if not ranked:
        return (wait,)
    places = Case(
        *(When(pk=turn.key, then=Value(place)) for place, turn in enumerate(ranked)), default=Value(len(ranked))
    )
    return places.asc(), wait


def clock_of(user_id: int, now: datetime) -> Clock:
    """The working time and the limit of a user."""
    person = Person.objects.filter(user=user_id).first() or Person()
    return Clock(calendar_of(person), person.limit_seconds, now)


def urgency_of(
    pull_requests: Sequence[PullRequest], user_id: int, login: str | None, now: datetime
) -> dict[int, tuple[int, str]]:
    """Pull request id -> rank of the reader's turn, and in a line why it would be the next best one.

    Those that are not the reader's turn are left out.
    """
    context = SearchContext(user_id, now, SearchViewer(login, {}))
    rows = PullRequest.objects.filter(pk__in=[row.pk for row in pull_requests])
    turns, clock = own_turns(rows, context), clock_of(user_id, now)
    return {turn.key: (urgency_rank(turn, clock), why_next(turn, clock)) for turn in turns}


def own_turns(found: QuerySet[PullRequest], context: SearchContext) -> list[WaitingTurn]:
    """The reader's turns among the rows of `found`, at most `RANKED_AT_MOST`; finds them by the reader's login."""
    login = context.viewer.login
    if not login:
        return []
    mine = Involvement.objects.filter(name=login, role__in=[str(role) for role in TurnRole])
    above = (
        PullRequest.objects.filter(repository=OuterRef("repository"), stacked_on=OuterRef("number"), state="open")
        .order_by()
        .values("stacked_on")
        .annotate(first=Min("number"))
        .values("first")
    )
    rows = found.filter(pk__in=mine.values("pull_request")).order_by("turn_since").annotate(above=Subquery(above))
    columns = rows.values_list("pk", "document", "lines", "above")[:RANKED_AT_MOST]
    turns = (_turn(pk, json.loads(document)["turn"], lines, number, login) for pk, document, lines, number in columns)
    return [turn for turn in turns if turn is not None]


def _turn(
    pk: int, turns: Sequence[dict[str, str | None]], lines: int, above: int | None, login: str
) -> WaitingTurn | None:
    """The reader's first turn, as rows show it."""
    for turn in turns:
        since = parse_time(turn["since"])
        if since is not None and (turn["login"] or "").lower() == login:
            return WaitingTurn(pk, since, turn["code"] != "team_requested", lines, above, turn["as"] == "author")
    return None
