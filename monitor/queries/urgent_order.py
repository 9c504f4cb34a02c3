"""Puts the reader's own turns in the order of `sort:urgency`; rows that are not their turn come last."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery

from monitor.database.prepared import padded, prepared
from monitor.models import Involvement, PullRequest
from monitor.queries.people import profile_of
from monitor.queries.turn_ages import calendar_of
from monitor.rules.pull_request_document import turns_in
from monitor.rules.roles import TurnRole
from monitor.rules.snapshot import parse_time
from monitor.rules.urgency import Clock, WaitingTurn, most_urgent_first, urgency_rank, why_next

# More turns than a person can have in mind; those beyond it, the shortest waits, come after them.
RANKED_AT_MOST = 500


def most_urgent(rows: Iterable[Sequence[Any]], user_id: int, login: str, now: datetime) -> list[int]:
    """The ids of the user's turns among `rows` of `own_turns_among`, the most urgent first."""
    ranked = most_urgent_first(_turns(rows, login), clock_of(user_id, now)) if rows else ()
    return [turn.key for turn in ranked]


def clock_of(user_id: int, now: datetime) -> Clock:
    """The working time and the limit of a user."""
    person = profile_of(user_id)
    return Clock(calendar_of(person), person.limit_seconds, now)


def urgency_of(
    pull_requests: Sequence[PullRequest], user_id: int, login: str | None, now: datetime
) -> dict[int, tuple[int, str]]:
    """Pull request id -> rank of the reader's turn, and in a line why it would be the next best one.

    Those that are not the reader's turn are left out.
    """
    if not login or not pull_requests:
        return {}
    rows = _own_turns_with_ids(login=login, ids=padded([row.pk for row in pull_requests]))
    turns, clock = _turns(rows, login), clock_of(user_id, now)
    return {turn.key: (urgency_rank(turn, clock), why_next(turn, clock)) for turn in turns}


def own_turns_among(found: QuerySet[PullRequest], login: str) -> QuerySet[Any, Any]:
    """The rows of `found` that wait for `login`, at most `RANKED_AT_MOST`: id, document, lines, what is stacked on it."""
    mine = Involvement.objects.filter(name=login, role__in=[str(role) for role in TurnRole])
    above = (
        PullRequest.objects.filter(repository=OuterRef("repository"), stacked_on=OuterRef("number"), state="open")
        .order_by()
        .values("stacked_on")
        .annotate(first=Min("number"))
        .values("first")
    )
    rows = found.filter(pk__in=mine.values("pull_request")).order_by("turn_since").annotate(above=Subquery(above))
    return rows.values_list("pk", "document", "lines", "above")[:RANKED_AT_MOST]


@prepared
def _own_turns_with_ids(*, login: str, ids: Any) -> QuerySet[Any, Any]:
    return own_turns_among(PullRequest.objects.filter(pk__in=ids), login)


def _turns(rows: Iterable[Sequence[Any]], login: str) -> list[WaitingTurn]:
    turns = (_turn(pk, turns_in(document), lines, above, login) for pk, document, lines, above in rows)
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
