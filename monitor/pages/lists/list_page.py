"""Builds one page of a list: its rows in their groups, and links to the pages before and after it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.utils import timezone

from monitor import queries
from monitor.models import PullRequest
from monitor.pages.lists.grouping import Grouping, headings_of
from monitor.pages.lists.listing import Listing
from monitor.pages.lists.row import Row, RowContext, row_of
from monitor.pages.lists.waiting_time import waiting_times
from monitor.queries.stacks import stacks_of
from monitor.quotas.concurrency import few_at_once

MAX_CONCERNING = 200
PAGE_SIZE = 100
PAGE_NUMBER = re.compile(r"[1-9]\d{0,5}", re.ASCII)
# What rows are built from; the others, and those of the repository, would take longer to read than to show.
ROW_COLUMNS = ("node_id", "number", "state", "as_of", "document", "repository__quarantine")


@dataclass(frozen=True, slots=True)
class RowGroup:
    """One group of a list with its rows. A group without rows is hidden until the page's script adds one."""

    slug: str
    name: str
    explanation: str
    icon: str
    rows: tuple[Row, ...]
    count: int

    @property
    def is_next_first(self) -> bool:
        """Whether the first row is the reader's next best."""
        return self.slug == "turn"

    @property
    def on_other_pages(self) -> int:
        """How many rows of the group are on other pages."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list."""

    groups: tuple[RowGroup, ...]
    total: int  # rows on all pages
    on_other_pages: int
    older: int | None  # the number of the next page
    newer: int | None  # the number of the previous page


def list_page(
    user: queries.AnyUser, listing: Listing, page: str = "", viewer: queries.Viewer | None = None
) -> ListPage:
    """One page of a list. `viewer`: that of `user`, where the caller has read it. Errors: SearchError, TooManyAtOnce.

    A page has 100 rows. When the list is grouped by turn, the first page begins with those that concern the reader, up to
    200, and others only fill up its hundred; further ones that concern the reader follow with the others.
    """
    with few_at_once(user.pk):
        return _list_page(user, listing, page, viewer or queries.viewer_for(user))


def _list_page(user: queries.AnyUser, listing: Listing, page: str, viewer: queries.Viewer) -> ListPage:
    rest = found = listing.search_for(user, viewer)
    first: list[PullRequest] = []
    if listing.grouping == "turn" and viewer.names:
        first = found.concerning().page(0, MAX_CONCERNING, ROW_COLUMNS)
        # Their turns concern them, and come first.
        rest = found.without((row.pk for row in first), has_own_turns=len(first) == MAX_CONCERNING)
    fill = max(0, PAGE_SIZE - len(first))
    number = int(page) if PAGE_NUMBER.fullmatch(page) else 1
    others, count = _page_and_count(rest, number, fill)
    last = 1 + ceil(max(0, count - fill) / PAGE_SIZE)
    if number > last:
        number = last
        others, count = _page_and_count(rest, number, fill)
    rows = rows_for(user, [*(first if number == 1 else []), *others], viewer, grouping=listing.grouping)
    return ListPage(
        groups=_groups(listing.grouping, rows, count - len(others)),
        total=len(first) + count,
        on_other_pages=len(first) + count - len(rows),
        older=number + 1 if number < last else None,
        newer=number - 1 if number > 1 else None,
    )


def _page_and_count(rest: queries.PullRequestSearch, number: int, fill: int) -> tuple[list[PullRequest], int]:
    """The others on the page `number`, and how many there are. On the first page only `fill` have room."""
    stop = fill + (number - 1) * PAGE_SIZE
    start = 0 if number == 1 else stop - PAGE_SIZE
    return rest.page_and_count(start, stop, ROW_COLUMNS)


def _groups(grouping: Grouping, rows: Sequence[Row], on_other_pages: int) -> tuple[RowGroup, ...]:
    """The groups with their rows. Only one group goes over several pages; the rows on other pages count as its rows."""
    groups = []
    for heading in headings_of(grouping, [row.group for row in rows]):
        inside = tuple(sorted((row for row in rows if row.group == heading.slug), key=lambda row: row.order))
        others = on_other_pages if heading.slug in {"others", "found"} else 0
        groups.append(
            RowGroup(heading.slug, heading.name, heading.explanation, heading.icon, inside, len(inside) + others)
        )
    return tuple(groups)


def rows_for(
    user: queries.AnyUser,
    found: Sequence[PullRequest],
    viewer: queries.Viewer,
    changed_kinds: Sequence[str] = (),
    grouping: Grouping = "turn",
) -> list[Row]:
    """The rows of `found`. `changed_kinds`: the kinds of change that have just happened to them."""
    mine = queries.mine_for(user, {row.pk: row.document for row in found}, viewer)
    pairs = [(json.loads(row.document), mine[row.pk]) for row in found]
    now = timezone.now()
    waits = waiting_times(pairs, viewer.login, now)
    urgency = queries.urgency_of(found, user.pk, viewer.login, now) if grouping == "turn" else {}
    unconfirmed = queries.unconfirmed_claimants(document for document, _ in pairs)
    stacks = stacks_of(found)
    contexts = [
        RowContext(
            changed_kinds,
            grouping,
            waiting_time,
            unconfirmed,
            urgency.get(row.pk),
            stacks.get(row.pk, ()),
            row.unread_since,
        )
        for row, waiting_time in zip(found, waits, strict=True)
    ]
    return [
        row_of(document, own, viewer.login, context) for (document, own), context in zip(pairs, contexts, strict=True)
    ]
