"""Finds the pull requests of a search that a user may see: as a list, page by page, or only their number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from monitor.database.prepared import padded
from monitor.models import PullRequest, Repository
from monitor.queries import search_statements
from monitor.queries.access import AnyUser, Viewer, reader_of, teams_of, viewer_for
from monitor.queries.search_conditions import search_ordering
from monitor.queries.search_statements import SearcherShape, SearchShape
from monitor.queries.urgent_order import most_urgent
from monitor.rules.search import LoginOrTeam, Me, SearchQuery, parse

COUNTS_PER_STATEMENT = 50
FEW = 500
EVERYTHING = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Searcher:
    """Who searches, and when."""

    shape: SearcherShape
    user_id: int
    now: datetime
    login: str = ""
    teams: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """What only stands in the conditions of a statement."""
        return {"user": self.user_id, "login": self.login, "teams": self.teams, "now": self.now}


@dataclass(frozen=True, slots=True)
class PullRequestSearch:
    """The pull requests that a query finds for a user: in one repository, or in all that they watch and may see.

    They come in the order that the query names, or else the newest update first. Nothing is read before it is asked for.
    `concerning_only`: only those in which the user or one of their teams has a role. `excluded`: ids that are left out.
    """

    searcher: Searcher
    query: SearchQuery
    repository: int | None = None
    concerning_only: bool = False
    excluded: tuple[int, ...] = ()
    has_own_turns: bool = True

    def concerning(self) -> "PullRequestSearch":
        """The same search among the pull requests that concern the user."""
        return replace(self, concerning_only=True)

    def without(self, keys: Iterable[int], *, has_own_turns: bool = True) -> "PullRequestSearch":
        """The same search without the pull requests with these ids; `has_own_turns` False: no turn of the user is left."""
        return replace(self, excluded=(*self.excluded, *keys), has_own_turns=has_own_turns)

    def keys(self, start: int = 0, stop: int = EVERYTHING) -> list[int]:
        """The ids from the place `start` of the list to the place before `stop`, in its order."""
        ranked = self._ranked()
        found = ranked[start:stop]
        return found + self._less_urgent(ranked)._keys(max(0, start - len(ranked)), stop - len(ranked))

    def count(self) -> int:
        """How many there are."""
        return sum(search_statements.count(self._shape, **self._values))

    def page(self, start: int, stop: int, columns: Sequence[str]) -> list[PullRequest]:
        """The rows from `start` to the one before `stop`, with `columns` alone (`repository__…` joins).

        Only ids are sorted, so the long texts of other rows are not read.
        """
        return rows_with_keys(self.keys(start, stop), columns) if stop > start else []

    def documents(self, start: int, stop: int) -> dict[int, str]:
        """The stored texts of a page by pull request id, in its order."""
        return documents_with_keys(self.keys(start, stop)) if stop > start else {}

    def documents_and_count(self, start: int, stop: int) -> tuple[dict[int, str], int]:
        """The stored texts of a page by pull request id, in its order, and how many rows there are on all pages."""
        keys, count = self.keys_and_count(start, stop)
        return documents_with_keys(keys), count

    def page_and_count(self, start: int, stop: int, columns: Sequence[str]) -> tuple[list[PullRequest], int]:
        """A page, and how many rows there are on all pages."""
        keys, count = self.keys_and_count(start, stop)
        return rows_with_keys(keys, columns), count

    def keys_and_count(self, start: int, stop: int) -> tuple[list[int], int]:
        """The ids of a page, and how many rows there are on all pages."""
        ranked = self._ranked()
        others = self._less_urgent(ranked)
        first, last = max(0, start - len(ranked)), max(0, stop - len(ranked))
        keys, count = others._keys_and_count(first, last)
        return ranked[start:stop] + keys, len(ranked) + count

    def has(self, repository: Repository, number: int) -> bool:
        """Whether the pull request `number` of a repository is among them."""
        return bool(search_statements.keys_of_number(self._shape, **self._values, of=repository.pk, number=number))

    def queryset(self) -> QuerySet[PullRequest]:
        """The same pull requests as a query set; with `sort:urgency`, all by the longest wait."""
        return search_statements.found_by(self._shape, **self._values).order_by(*search_ordering(self.query))

    @property
    def _shape(self) -> SearchShape:
        return SearchShape(self.searcher.shape, self.query, self.concerning_only)

    @property
    def _values(self) -> dict[str, Any]:
        repository = () if self.repository is None else (self.repository,)
        return {**self.searcher.values, "repository": repository, "excluded": padded(self.excluded)}

    def _ranked(self) -> list[int]:
        """With `sort:urgency`, the ids of the user's own turns by urgency, which no statement can tell; else none."""
        if self.query.sort != "urgency" or not self.searcher.login or not self.has_own_turns:
            return []
        turns = search_statements.own_turns(self._shape, **self._values)
        return most_urgent(turns, self.searcher.user_id, self.searcher.login, self.searcher.now)

    def _less_urgent(self, ranked: Sequence[int]) -> "PullRequestSearch":
        return self.without(ranked, has_own_turns=False) if ranked else self

    def _keys_and_count(self, start: int, stop: int) -> tuple[list[int], int]:
        if self.query.reads_titles and stop > start:
            # To count them with the page is faster than to read all titles twice; for other searches an index counts.
            found = search_statements.keys_with_count(self._shape, start, stop, **self._values)
            return [pk for pk, _ in found], found[0][1] if found else self.count()
        keys = self._keys(start, stop)
        # A page that is neither empty nor full is the last one.
        return keys, start + len(keys) if 0 < len(keys) < stop - start else self.count()

    def _keys(self, start: int, stop: int) -> list[int]:
        if stop <= start:
            return []
        if self.query.sort in {None, "updated"} and stop <= FEW:
            newest = search_statements.newest_keys(self._shape, stop + 1, **self._values)
            keys, times = [pk for pk, _ in newest[:stop]], [updated_at for _, updated_at in newest]
            # An index tells this order, but not that of rows that were updated in the same second.
            if len(set(times)) == len(times):
                return keys[start:]
            if len(times) <= stop or times[stop] != times[stop - 1]:
                return search_statements.in_usual_order(ids=padded(keys))[start:]
        return search_statements.sorted_keys(self._shape, start, stop, **self._values)


def search_for(
    user: AnyUser,
    *,
    repository: Repository | None = None,
    state: str | None = None,
    q: str = "",
    viewer: Viewer | None = None,
) -> PullRequestSearch:
    """What `q` finds in one repository, or in all that the user subscribes to and may see.

    `state`: open, closed (not merged), merged or all; without it, open ones unless `q` names a state. `viewer`: that of
    `user`, where the caller has read it. The caller has checked that the user may see `repository`.
    Errors: SearchError, if `q` is not valid.
    """
    now = timezone.now()
    query = parse(q, now).within(state)
    return PullRequestSearch(searcher_for(user, [query], now, viewer), query, repository.pk if repository else None)


def search_lacks_login(user: AnyUser, q: str) -> bool:
    """Whether `q` finds nothing because it refers to the user (`@me`), whose GitHub login is not known.

    Errors: SearchError, if `q` is not valid.
    """
    return parse(q, timezone.now()).needs_viewer_login and viewer_for(user).login is None


def rows_with_keys(keys: Sequence[int], columns: Sequence[str]) -> list[PullRequest]:
    """The pull requests with these ids, in the same order, with `columns` alone; ids that are gone are left out."""
    rows = {row.pk: row for row in search_statements.rows(tuple(columns), keys=padded(keys))} if keys else {}
    return [rows[key] for key in keys if key in rows]


def documents_with_keys(keys: Sequence[int]) -> dict[int, str]:
    """The stored texts of the pull requests with these ids by id, in the same order; ids that are gone are left out."""
    documents = dict(search_statements.documents(keys=padded(keys))) if keys else {}
    return {key: documents[key] for key in keys if key in documents}


def counts_for(user: AnyUser, queries: Sequence[SearchQuery]) -> list[int]:
    """How many pull requests each query finds, with one statement for every `COUNTS_PER_STATEMENT` queries."""
    searcher = searcher_for(user, queries, timezone.now())
    found: list[int] = []
    for start in range(0, len(queries), COUNTS_PER_STATEMENT):
        some = tuple(queries[start : start + COUNTS_PER_STATEMENT])
        (row,) = search_statements.counts(searcher.shape, some, **searcher.values)
        found += [count or 0 for count in row]
    return found


def searcher_for(
    user: AnyUser, queries: Iterable[SearchQuery], now: datetime, viewer: Viewer | None = None
) -> Searcher:
    """The user as one who searches, with the teams of everybody whom the queries name; a fixed number of statements."""
    queries = list(queries)
    named = any(isinstance(term.value, LoginOrTeam | Me) for query in queries for term in query.terms)
    if viewer is None and not named and not any(query.sort == "urgency" for query in queries):
        # No query depends on names: this saves two statements for a plain list.
        return Searcher(SearcherShape(reader_of(user), False, ()), user.pk or 0, now)
    viewer = viewer or viewer_for(user)
    teams = teams_of({login for query in queries for login in query.logins})
    others = tuple(sorted((login, tuple(sorted(names))) for login, names in teams.items()))
    shape = SearcherShape(reader_of(user), bool(viewer.login), others)
    return Searcher(shape, user.pk or 0, now, viewer.login or "", tuple(sorted(viewer.teams)))
