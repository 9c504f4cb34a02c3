"""A list of pull requests as an address names it: what is in it, and in which groups its rows stand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils import timezone

from monitor import queries
from monitor.attention.turn import AS_REVIEWER
from monitor.events import Awaited
from monitor.models import Involvement, PullRequest, Repository
from monitor.roles import passes
from monitor.search import Query, parse
from monitor.views.parting import Parting, parting_of, parts_of
from monitor.views.row import Row, row_of
from monitor.views.waiting import waited

STATES = ("open", "closed", "merged", "all")
CONCERNING = 200
A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """Which pull requests: of one repository, or (without) of all the reader subscribes to; by state and search."""

    repository: Repository | None = None
    state: str = ""
    q: str = ""
    short: bool = False  # rows leave the owner out: all that is watched has the same one

    @classmethod
    def asked(cls, query: QueryDict, repository: Repository | None = None, usual: str = "") -> "Listing":
        """What the address asks for, the search `usual` where it asks for none; a state nobody knows is the usual one."""
        state = query.get("state", "")
        short = repository is not None or query.get("short") == "1"
        return cls(repository, state if state in STATES else "", query.get("q", "" if state else usual).strip(), short)

    @property
    def row_query(self) -> str:
        """What a row's address carries so that the row is judged by the same list."""
        place = {"in": "repository"} if self.repository else {"short": "1" if self.short else ""}
        return _query({**place, "state": self.state, "q": self.q})

    @property
    def page_query(self) -> str:
        """What a link to another page of the list begins with."""
        query = _query({"state": self.state, "q": self.q})
        return f"{query}&" if query else ""

    @property
    def query(self) -> Query:
        """The search, read. Errors: SearchError."""
        return parse(self.q, timezone.now())

    @property
    def parting(self) -> Parting:
        """How it is parted. Errors: SearchError."""
        return parting_of(self.q, self.query)

    def pull_requests(self, user: queries.AnyUser) -> QuerySet[PullRequest]:
        """The rows of the list, access decided. Errors: SearchError."""
        return queries.pull_requests_for(user, repository=self.repository, state=self.state or None, q=self.q)


def _query(asked: dict[str, str]) -> str:
    return urlencode({name: value for name, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class Group:
    """One named group of a list; without rows it stays hidden until the page's script brings it one."""

    slug: str
    name: str
    why: str
    icon: str
    rows: tuple[Row, ...]
    count: int

    @property
    def outside(self) -> int:
        """How many of it are on other pages."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a list. `partly_live`: some rows are outside the reader's filters, so no frame will tell of them."""

    groups: tuple[Group, ...]
    total: int
    partly_live: bool
    older: int | None
    newer: int | None


def concerning(found: QuerySet[PullRequest], viewer: queries.Viewer) -> Exists:
    """Those of `found` that name the viewer or a team of theirs."""
    return Exists(Involvement.objects.filter(pull_request=OuterRef("pk"), name__in=viewer.names))


def shown(user: queries.AnyUser, listing: Listing, page: str = "") -> Shown:
    """One page of a list. Errors: SearchError.

    By turn: all that concerns the reader first (as far as 200), then the others, 100 a page. Else 100 a page.
    """
    viewer = queries.viewer_for(user)
    rest = found = listing.pull_requests(user)
    first: list[PullRequest] = []
    if listing.parting == "turn" and viewer.names:
        about = concerning(found, viewer)
        rest = found.exclude(about)
        first = _read(found.filter(about), 0, CONCERNING)
    place = Paginator(range(rest.count()), A_PAGE).get_page(page)
    others = _read(rest, max(0, place.start_index() - 1), place.end_index())
    rows, partly_live = rows_for(
        user, [*(first if place.number == 1 else []), *others], viewer, parting=listing.parting
    )
    total = place.paginator.count
    return Shown(
        groups=_groups(listing.parting, rows, total - len(others)),
        total=len(first) + total,
        partly_live=partly_live,
        older=place.next_page_number() if place.has_next() else None,
        newer=place.previous_page_number() if place.has_previous() else None,
    )


def _read(found: QuerySet[PullRequest], start: int, stop: int) -> list[PullRequest]:
    return list(queries.page_of(found, start, stop).select_related("repository").defer("snapshot"))


def _groups(parting: Parting, rows: Sequence[Row], elsewhere: int) -> tuple[Group, ...]:
    """The groups with their rows; what is on other pages is counted with the group that is paged."""
    groups = []
    for part in parts_of(parting, [row.group for row in rows]):
        inside = tuple(sorted((row for row in rows if row.group == part.slug), key=lambda row: row.order))
        outside = elsewhere if part.slug in {"others", "found"} else 0
        groups.append(Group(part.slug, part.name, part.why, part.icon, inside, len(inside) + outside))
    return tuple(groups)


def rows_for(
    user: queries.AnyUser,
    found: Sequence[PullRequest],
    viewer: queries.Viewer,
    kinds: Sequence[str] = (),
    parting: Parting = "turn",
) -> tuple[list[Row], bool]:
    """The rows of `found`, and whether some of them are outside the reader's filters."""
    mine = queries.mine_for(user, found)
    filters = queries.filters_for(user, {row.repository_id for row in found})
    live = all(covered(filters.get(row.repository_id, []), mine[row.pk], viewer) for row in found)
    pairs = [(json.loads(row.document), mine[row.pk]) for row in found]
    ages = waited(pairs, viewer.login, timezone.now())
    unconfirmed = queries.unconfirmed_takers(document for document, _ in pairs)
    rows = [
        row_of(document, own, viewer.login, kinds, parting, age, unconfirmed)
        for (document, own), age in zip(pairs, ages, strict=True)
    ]
    return rows, not live


def covered(filters: Sequence[str], mine: dict[str, Any], viewer: queries.Viewer) -> bool:
    """Whether frames tell this reader of a pull request that is `mine` to them."""
    concerns = [*mine["roles"]]
    if mine["turn"]:
        concerns.append(Awaited.REVIEWER if mine["turn"]["code"] in AS_REVIEWER else Awaited.AUTHOR)
    return passes(filters, dict.fromkeys(concerns, (viewer.login or "",)), viewer.login)
