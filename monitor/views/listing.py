"""A list of pull requests as an address names it: what is in it, and in which groups its rows stand."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict

from monitor import queries
from monitor.models import Involvement, PullRequest, Repository
from monitor.roles import passes
from monitor.views.row import Row, row_of

STATES = ("open", "closed", "merged", "all")
CONCERNING = 200
OTHERS = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """Which pull requests: of one repository, or (without) of all the reader subscribes to; by state and search."""

    repository: Repository | None = None
    state: str = ""
    q: str = ""
    short: bool = False  # rows leave the owner out: all that is watched has the same one

    @classmethod
    def asked(cls, query: QueryDict, repository: Repository | None = None) -> "Listing":
        """What the address asks for; a state nobody knows is the usual one."""
        state = query.get("state", "")
        short = repository is not None or query.get("short") == "1"
        return cls(repository, state if state in STATES else "", query.get("q", "").strip(), short)

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

    def pull_requests(self, user: queries.AnyUser) -> QuerySet[PullRequest]:
        """The rows of the list, access decided. Errors: SearchError."""
        found = queries.pull_requests_for(user, repository=self.repository, state=self.state or None, q=self.q)
        return found.select_related("repository")


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


_GROUPS = (
    ("turn", "Your turn", "Longest wait first", "inbox"),
    ("yours", "Concerns you", "Newest update first", "person"),
    ("others", "Others", "In repositories you watch", "repo"),
    ("bots", "Bots", "They never wait for a turn of yours", "bot"),
    ("snoozed", "Snoozed", "They come back by themselves", "snooze"),
)


def concerning(found: QuerySet[PullRequest], viewer: queries.Viewer) -> Exists:
    """Those of `found` that name the viewer or a team of theirs."""
    return Exists(Involvement.objects.filter(pull_request=OuterRef("pk"), name__in=viewer.names))


def shown(user: queries.AnyUser, found: QuerySet[PullRequest], page: str = "") -> Shown:
    """One page of `found`: all that concerns the reader first (as far as 200), then the others, 100 a page."""
    viewer = queries.viewer_for(user)
    about = concerning(found, viewer)
    others = Paginator(found.exclude(about), OTHERS).get_page(page)
    first = list(found.filter(about)[:CONCERNING]) if viewer.names and others.number == 1 else []
    rows, partly_live = rows_for(user, [*first, *others.object_list], viewer)
    on_other_pages = others.paginator.count - len(others.object_list)
    groups = tuple(_group(place, rows, on_other_pages) for place in _GROUPS)
    return Shown(
        groups=groups,
        total=len(first) + others.paginator.count,
        partly_live=partly_live,
        older=others.next_page_number() if others.has_next() else None,
        newer=others.previous_page_number() if others.has_previous() else None,
    )


def _group(place: tuple[str, str, str, str], rows: Iterable[Row], on_other_pages: int) -> Group:
    slug, name, why, icon = place
    inside = tuple(sorted((row for row in rows if row.group == slug), key=lambda row: row.order))
    return Group(slug, name, why, icon, inside, len(inside) + (on_other_pages if slug == "others" else 0))


def rows_for(
    user: queries.AnyUser, found: Sequence[PullRequest], viewer: queries.Viewer, kinds: Sequence[str] = ()
) -> tuple[list[Row], bool]:
    """The rows of `found`, and whether some of them are outside the reader's filters."""
    mine = queries.mine_for(user, found)
    filters = queries.filters_for(user, {row.repository_id for row in found})
    live = all(covered(filters.get(row.repository_id, []), mine[row.pk], viewer) for row in found)
    rows = [row_of(json.loads(row.document), mine[row.pk], viewer.login, kinds) for row in found]
    return rows, not live


def covered(filters: Sequence[str], mine: dict[str, Any], viewer: queries.Viewer) -> bool:
    """Whether frames tell this reader of a pull request that is `mine` to them."""
    return passes(filters, dict.fromkeys(mine["roles"], (viewer.login or "",)), viewer.login)
