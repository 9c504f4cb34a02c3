"""What is new in the repositories of a probe; where even the last row is new, further pages are turned."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import Probed, Row
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.models import PullRequest, Repository
from monitor.polling import comparing
from monitor.polling.batching import parts
from monitor.polling.comparing import Known, goes_on
from monitor.polling.deadline import Deadline
from monitor.polling.details import Wanted, quarantined
from monitor.polling.leases import Lease

log = logging.getLogger(__name__)
PAGE = 50
PAGES = 5
CLOCKS_DIFFER = timedelta(minutes=1)


def news_of(
    pairs: Sequence[tuple[Repository, Probed]], client: Client, lease: Lease, deadline: Deadline
) -> list[Wanted]:
    """What is to be read in full, each repository's oldest first."""
    known = known_of(row.node_id for _, probed in pairs for row in probed.rows)
    wanted: list[Wanted] = []
    now = timezone.now()
    for repository, probed in pairs:
        new = comparing.news(probed.rows, known, horizon(repository, now), repository.last_polled_at)
        if goes_on(probed.rows, {row.node_id for row in new}, probed.has_more):
            new = _turn_pages(repository, probed, client, lease, deadline)
        wanted += [(repository, row.node_id) for row in new if not quarantined(repository, row.node_id, now)]
    return wanted


def _turn_pages(repository: Repository, probed: Probed, client: Client, lease: Lease, deadline: Deadline) -> list[Row]:
    """Pages on until something known comes; after five pages the set of open pull requests is compared instead."""
    rows, last = list(probed.rows), probed
    new = _new(repository, rows)
    for _ in range(PAGES):
        if not goes_on(rows, {row.node_id for row in new}, last.has_more) or deadline.over:
            break
        page = _page(repository, last, client)
        if page is None:
            break
        rows += page.rows
        last, new = page, _new(repository, rows)
    if goes_on(rows, {row.node_id for row in new}, last.has_more):
        # Noted before anything is recorded: a kill in between must not make the newest rows look like all there was.
        repository.reconciled_at = repository.listing = None
        lease.note(repository, reconciled_at=None, listing=None)
    return new


def pages_since(since: datetime, repository: Repository, probed: Probed, client: Client) -> tuple[list[Row], bool]:
    """The rows of a probe, and of further pages, back to `since`; True with them when five pages did not reach it."""
    rows, last = list(probed.rows), probed
    for _ in range(PAGES):
        if not last.has_more or rows[-1].updated_at < since:
            return rows, False
        page = _page(repository, last, client)
        if page is None:
            return rows, True
        rows += page.rows
        last = page
    return rows, last.has_more and rows[-1].updated_at >= since


def _page(repository: Repository, last: Probed, client: Client) -> Probed | None:
    node_id, cursor = repository.node_id, last.cursor
    if cursor is None:
        return None
    try:
        answer = budget.ask(client.identity, Purpose.DETAILS, 1, lambda: client.more(node_id, cursor, PAGE))
    except GitHubError as error:
        log.warning("Could not page on in %s: %s", repository.full_name, error)
        return None
    return answer.found.get(node_id)


def _new(repository: Repository, rows: Sequence[Row]) -> list[Row]:
    known = known_of(row.node_id for row in rows)
    return comparing.news(rows, known, horizon(repository, timezone.now()), repository.last_polled_at)


def known_of(node_ids: Iterable[str]) -> dict[str, Known]:
    """What the database has of these pull requests."""
    found: dict[str, Known] = {}
    for part in parts(list(node_ids), 900):  # SQLite takes 999 parameters
        rows = PullRequest.objects.filter(node_id__in=part).values_list("node_id", "updated_at", "state")
        found.update({node_id: Known(updated_at, state) for node_id, updated_at, state in rows})
    return found


def horizon(repository: Repository, now: datetime) -> datetime:
    """Closed pull requests last touched before this are not ours to read: from before the first look, or let go since.

    A minute is left for clocks that differ: the first look has read the last ones before it anyway.
    """
    kept = now - timedelta(days=settings.RETENTION_DAYS)
    return max((repository.first_read_at or now) - CLOCKS_DIFFER, kept)
