"""The statements of searches, each written once for all users whose searches have the same text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, Func, Q, QuerySet, Subquery, TextField, Window
from django.db.models.functions import Cast

from monitor.database.prepared import prepared
from monitor.models import EventSequence, Involvement, PullRequest
from monitor.queries.access import Reader
from monitor.queries.repositories import repositories_for
from monitor.queries.search_conditions import SearchContext, search_condition, search_ordering
from monitor.queries.urgent_order import own_turns_among
from monitor.rules.search import SearchQuery, SearchViewer

# Not `Count`, which would group by every row. Counting rows instead of a column lets PostgreSQL read an index alone.
_NUMBER = Func(template="COUNT(*)", output_field=BigIntegerField())
TeamsByLogin = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class SearcherShape:
    """What of a user decides about the text of a statement. `others`: the teams of everybody whom a search names."""

    reader: Reader
    has_login: bool
    others: TeamsByLogin

    def context(self, user: int, login: str, teams: tuple[str, ...], now: datetime) -> SearchContext:
        """The context of the user's searches, with these values."""
        known = {**dict(self.others), login: teams} if self.has_login else dict(self.others)
        return SearchContext(user, now, SearchViewer(login if self.has_login else None, known))


@dataclass(frozen=True, slots=True)
class SearchShape:
    """What decides about the text of the statement of a search."""

    searcher: SearcherShape
    query: SearchQuery
    concerning_only: bool


def _watched(reader: Reader, user: int) -> QuerySet[PullRequest]:
    """The pull requests of all repositories that the user subscribes to and may see; in no order."""
    mine = repositories_for(reader.as_user(user)).order_by().values("pk")
    return PullRequest.objects.filter(repository__in=mine).order_by()


def found_by(
    shape: SearchShape,
    *,
    user: int,
    login: str,
    teams: tuple[str, ...],
    now: datetime,
    repository: tuple[int, ...],
    excluded: tuple[int, ...],
) -> QuerySet[PullRequest]:
    """The pull requests of a search as a query set, in no order."""
    if repository:
        rows = PullRequest.objects.filter(repository=repository[0]).order_by()
    else:
        rows = _watched(shape.searcher.reader, user)
    if shape.concerning_only:
        names = (login, *teams) if shape.searcher.has_login else ()
        rows = rows.filter(Q(pk__in=Involvement.objects.filter(name__in=names).values("pull_request")))
    if excluded:
        rows = rows.exclude(pk__in=excluded)
    return rows.filter(search_condition(shape.query, shape.searcher.context(user, login, teams, now)))


@prepared
def sorted_keys(shape: SearchShape, start: int, stop: int, **values: Any) -> QuerySet[Any, Any]:
    return found_by(shape, **values).order_by(*search_ordering(shape.query)).values_list("pk", flat=True)[start:stop]


@prepared
def newest_keys(shape: SearchShape, stop: int, **values: Any) -> QuerySet[Any, Any]:
    """The ids of those updated last, by the time of their update alone, which an index tells.

    The times are texts: the caller only asks which are equal, and a hundred `datetime`s take longer than their rows.
    """
    time = Cast("updated_at", TextField())
    return found_by(shape, **values).order_by("-updated_at").annotate(time=time).values_list("pk", "time")[:stop]


@prepared
def in_usual_order(*, ids: Any) -> QuerySet[Any, Any]:
    found = PullRequest.objects.filter(pk__in=ids)
    return found.order_by(*search_ordering(SearchQuery())).values_list("pk", flat=True)


@prepared
def keys_with_count(shape: SearchShape, start: int, stop: int, **values: Any) -> QuerySet[Any, Any]:
    found = found_by(shape, **values).order_by(*search_ordering(shape.query))
    return found.annotate(all=Window(Count("*"))).values_list("pk", "all")[start:stop]


@prepared
def keys_of_number(shape: SearchShape, *, of: int, number: int, **values: Any) -> QuerySet[Any, Any]:
    return found_by(shape, **values).filter(repository=of, number=number).values_list("pk", flat=True)


@prepared
def own_turns(shape: SearchShape, **values: Any) -> QuerySet[Any, Any]:
    return own_turns_among(found_by(shape, **values), values["login"])


@prepared
def count(shape: SearchShape, **values: Any) -> QuerySet[Any, Any]:
    return found_by(shape, **values).annotate(found=_NUMBER).values_list("found", flat=True)


@prepared
def counts(shape: SearcherShape, queries: tuple[SearchQuery, ...], *, user: int, **values: Any) -> QuerySet[Any, Any]:
    """One row with the number of what each query finds.

    They are subqueries of one row that always exists: the database plans each count by itself, with its own indices.
    """
    context, rows = shape.context(user, **values), _watched(shape.reader, user)
    counts = [
        Subquery(rows.filter(search_condition(query, context)).annotate(n=_NUMBER).values("n")) for query in queries
    ]
    return EventSequence.objects.filter(pk=EventSequence.ONLY).values_list(*counts)


@prepared
def documents(*, keys: Any) -> QuerySet[Any, Any]:
    return PullRequest.objects.filter(pk__in=keys).order_by().values_list("pk", "document")


@prepared
def rows(columns: tuple[str, ...], *, keys: Any) -> QuerySet[PullRequest]:
    rows = PullRequest.objects.filter(pk__in=keys).order_by().only(*columns)
    joins = any(column.startswith("repository__") for column in columns)
    return rows.select_related("repository") if joins else rows
