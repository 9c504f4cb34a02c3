"""One page of a list: its rows, and the groups they stand in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from monitor import queries
from monitor.at_once import few_at_once
from monitor.models import Involvement, PullRequest
from monitor.views.listing import Listing
from monitor.views.parting import Parting, parts_of
from monitor.views.row import Row, row_of
from monitor.views.waiting import waited

CONCERNING = 200
A_PAGE = 100


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
    """One page of a list."""

    groups: tuple[Group, ...]
    total: int
    elsewhere: int  # how many are on other pages
    older: int | None
    newer: int | None


def concerning(found: QuerySet[PullRequest], viewer: queries.Viewer) -> Exists:
    """Those of `found` that name the viewer or a team of theirs."""
    return Exists(Involvement.objects.filter(pull_request=OuterRef("pk"), name__in=viewer.names))


def shown(user: queries.AnyUser, listing: Listing, page: str = "") -> Shown:
    """One page of a list. Errors: SearchError, TooManyAtOnce.

    By turn: all that concerns the reader first (as far as 200), then the others, 100 a page. Else 100 a page.
    """
    with few_at_once(user.pk):
        return _shown(user, listing, page)


def _shown(user: queries.AnyUser, listing: Listing, page: str) -> Shown:
    viewer = queries.viewer_for(user)
    rest = found = listing.pull_requests(user)
    first: list[PullRequest] = []
    if listing.parting == "turn" and viewer.names:
        about = concerning(found, viewer)
        rest = found.exclude(about)
        first = _read(found.filter(about), 0, CONCERNING)
    place = Paginator(range(rest.count()), A_PAGE).get_page(page)
    others = _read(rest, max(0, place.start_index() - 1), place.end_index())
    rows = rows_for(user, [*(first if place.number == 1 else []), *others], viewer, parting=listing.parting)
    total = place.paginator.count
    return Shown(
        groups=_groups(listing.parting, rows, total - len(others)),
        total=len(first) + total,
        elsewhere=len(first) + total - len(rows),
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
) -> list[Row]:
    """The rows of `found`; `kinds` just changed."""
    mine = queries.mine_for(user, found)
    pairs = [(json.loads(row.document), mine[row.pk]) for row in found]
    ages = waited(pairs, viewer.login, timezone.now())
    unconfirmed = queries.unconfirmed_takers(document for document, _ in pairs)
    return [
        row_of(document, own, viewer.login, kinds, parting, age, unconfirmed)
        for (document, own), age in zip(pairs, ages, strict=True)
    ]
