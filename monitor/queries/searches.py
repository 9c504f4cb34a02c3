"""Finds the pull requests of a search that a user may see: as a list, page by page, or only their number."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Func, QuerySet, Subquery, Window
from django.utils import timezone

from monitor.models import EventSequence, PullRequest, Repository
from monitor.queries.access import AnyUser, Viewer, teams_of, viewer_for
from monitor.queries.repositories import repositories_for
from monitor.queries.search_conditions import SearchContext, search_condition, search_ordering
from monitor.queries.urgent_order import urgent_order
from monitor.rules.search import LoginOrTeam, Me, SearchQuery, SearchViewer, parse

COUNTS_PER_STATEMENT = 50
FEW = 1000


def pull_requests_for(
    user: AnyUser,
    *,
    repository: Repository | None = None,
    state: str | None = None,
    q: str = "",
    ordered: bool = True,
    viewer: Viewer | None = None,
) -> QuerySet[PullRequest]:
    """The pull requests of one repository, or of all that the user subscribes to and may see, which `q` finds.

    They come in the order that `q` names, or else the newest update first. `state`: open, closed (not merged), merged
    or all; without it, open ones unless `q` names a state. `ordered` False: in any order, which is cheaper. `viewer`: that
    of `user`, where the caller has read it. The caller has checked that the user may see `repository`.
    Errors: SearchError, if `q` is not valid.
    """
    now = timezone.now()
    query = parse(q, now).within(state)
    rows, context = watched_pull_requests(user, repository), search_context_for(user, [query], now, viewer)
    if not ordered:
        return rows.filter(search_condition(query, context))
    return apply_search(query, context, rows)


def search_lacks_login(user: AnyUser, q: str) -> bool:
    """Whether `q` finds nothing because it refers to the user (`@me`), whose GitHub login is not known.

    Errors: SearchError, if `q` is not valid.
    """
    return parse(q, timezone.now()).needs_viewer_login and viewer_for(user).login is None


def watched_pull_requests(user: AnyUser, repository: Repository | None = None) -> QuerySet[PullRequest]:
    """The pull requests of one repository, or of all that the user subscribes to and may see; in no order."""
    if repository is not None:
        return PullRequest.objects.filter(repository=repository).order_by()
    return PullRequest.objects.filter(repository__in=repositories_for(user).order_by().values("pk")).order_by()


def apply_search(query: SearchQuery, context: SearchContext, rows: QuerySet[PullRequest]) -> QuerySet[PullRequest]:
    """Those of `rows` that `query` finds, in its order."""
    found = rows.filter(search_condition(query, context))
    urgency = urgent_order(found, context) if query.sort == "urgency" else ()
    return found.order_by(*urgency, *search_ordering(query))


def page_of(
    found: QuerySet[PullRequest], start: int, stop: int, columns: Sequence[str], *, of_many: bool = True
) -> list[PullRequest]:
    """The rows `start` to `stop` of a list, with `columns` alone (`repository__…` joins).

    Only primary keys are sorted, so the long texts of other rows are not read. `of_many`: the list may be long, and an
    index has its order, so only rows down to the page are sorted by the names of repositories.
    """
    if stop <= start:
        return []
    above = _keys_down_to(found, stop) if of_many and stop <= FEW else None
    wanted = found.values("pk")[start:stop] if above is None else above
    rows = _with_columns(wanted, columns).order_by(*found.query.order_by)
    return list(rows if above is None else rows[start:stop])


def _keys_down_to(found: QuerySet[PullRequest], stop: int) -> list[int] | None:
    """The primary keys of the first `stop` rows, by the time of their update alone, which an index tells.

    None if that does not decide: another order is asked for, or the next row was updated in the same second as the last.
    """
    if found.query.order_by[0] != "-updated_at":
        return None
    rows = list(found.order_by("-updated_at").values_list("pk", "updated_at")[: stop + 1])
    decided = len(rows) <= stop or rows[stop][1] != rows[stop - 1][1]
    return [pk for pk, _ in rows[:stop]] if decided else None


def page_and_count(
    found: QuerySet[PullRequest], start: int, stop: int, columns: Sequence[str], *, in_one_scan: bool = False
) -> tuple[list[PullRequest], int]:
    """A page, as `page_of` reads it, and how many rows there are on all pages.

    `in_one_scan`: for searches that read every candidate's title. To count them with the page is faster than to read all
    titles twice; for other searches an index counts.
    """
    if in_one_scan:
        found_keys = list(found.annotate(all=Window(Count("*"))).values_list("pk", "all")[start:stop])
        by_key = {row.pk: row for row in _with_columns([pk for pk, _ in found_keys], columns)} if found_keys else {}
        rows = [by_key[pk] for pk, _ in found_keys if pk in by_key]
        return rows, found_keys[0][1] if found_keys else found.count()
    rows = page_of(found, start, stop, columns)
    # A page that is neither empty nor full is the last one.
    return rows, start + len(rows) if 0 < len(rows) < stop - start else found.count()


def _with_columns(keys: Any, columns: Sequence[str]) -> QuerySet[PullRequest]:
    rows = PullRequest.objects.filter(pk__in=keys).order_by().only(*columns)
    joins = any(column.startswith("repository__") for column in columns)
    return rows.select_related("repository") if joins else rows


def counts_for(user: AnyUser, queries: Sequence[SearchQuery]) -> list[int]:
    """How many pull requests each query finds, with one statement for every `COUNTS_PER_STATEMENT` queries."""
    context = search_context_for(user, queries, timezone.now())
    rows = watched_pull_requests(user)  # built once, because it is the most expensive part of every query to build
    counted = [_count(rows.filter(search_condition(query, context))) for query in queries]
    found: list[int] = []
    for start in range(0, len(counted), COUNTS_PER_STATEMENT):
        some = counted[start : start + COUNTS_PER_STATEMENT]
        # Subqueries of one row that always exists: the database plans each count by itself, with its own indices.
        row = EventSequence.objects.filter(pk=EventSequence.ONLY).values_list(*some).get()
        found += [count or 0 for count in row]
    return found


def _count(rows: QuerySet[PullRequest]) -> Subquery:
    return Subquery(rows.annotate(found=Func("pk", function="COUNT")).values("found"))


def search_context_for(
    user: AnyUser, queries: Iterable[SearchQuery], now: datetime, viewer: Viewer | None = None
) -> SearchContext:
    """The context of the user, with the teams of everybody whom the queries name; a fixed number of statements."""
    queries = list(queries)
    named = any(isinstance(term.value, LoginOrTeam | Me) for query in queries for term in query.terms)
    if not named and not any(query.sort == "urgency" for query in queries):
        # No query depends on names: this saves two statements for a plain list.
        return SearchContext(user.pk or 0, now)
    viewer = viewer or viewer_for(user)
    teams: dict[str, Collection[str]] = dict(teams_of({login for query in queries for login in query.logins}))
    if viewer.login:
        teams[viewer.login] = viewer.teams
    return SearchContext(user.pk or 0, now, SearchViewer(viewer.login, teams))
