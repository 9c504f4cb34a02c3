"""Finds the changed pull requests of probed repositories; reads further pages while the last row is a change, too."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.answers import ListedPullRequest, ProbedRepository
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.github.rate_limit_policy import Purpose
from monitor.models import PullRequest, Repository
from monitor.polling.looks import comparison
from monitor.polling.looks.comparison import StoredPullRequest, may_have_more_changes
from monitor.polling.looks.pull_request_reader import WantedPullRequest
from monitor.polling.pacing.batch_size import chunks_of
from monitor.polling.pacing.leases import Lease

log = logging.getLogger(__name__)
PAGE = 50
PAGES = 5
CLOCKS_DIFFER = timedelta(minutes=1)


def find_changed_pull_requests(
    pairs: Sequence[tuple[Repository, ProbedRepository]], client: Client, lease: Lease, deadline: Deadline
) -> list[WantedPullRequest]:
    """The pull requests to read completely, the oldest change of each repository first."""
    known = stored_pull_requests(row.node_id for _, probed in pairs for row in probed.rows)
    wanted: list[WantedPullRequest] = []
    now = timezone.now()
    for repository, probed in pairs:
        new = comparison.changed_rows(
            probed.rows, known, oldest_relevant_update(repository, now), repository.last_polled_at
        )
        if may_have_more_changes(probed.rows, {row.node_id for row in new}, probed.has_more):
            new = _read_until_known(repository, probed, client, lease, deadline)
        wanted += [(repository, row.node_id) for row in new]
    return wanted


def _read_until_known(
    repository: Repository, probed: ProbedRepository, client: Client, lease: Lease, deadline: Deadline
) -> list[ListedPullRequest]:
    """The changed rows of a probe and its next pages, up to an unchanged row.

    After five pages, the next look compares the whole list of open pull requests instead.
    """
    rows, last = list(probed.rows), probed
    new = _changed_in(repository, rows)
    for _ in range(PAGES):
        if not may_have_more_changes(rows, {row.node_id for row in new}, last.has_more) or deadline.over:
            break
        page = _next_page(repository, last, client)
        if page is None:
            break
        rows += page.rows
        last, new = page, _changed_in(repository, rows)
    if may_have_more_changes(rows, {row.node_id for row in new}, last.has_more):
        # Written before anything is recorded: if this process is killed in between, the recorded newest rows must not
        # hide the older changes.
        repository.reconciled_at = repository.listing = None
        lease.write_columns(repository, reconciled_at=None, listing=None)
    return new


def read_pages_since(
    since: datetime, repository: Repository, probed: ProbedRepository, client: Client
) -> tuple[list[ListedPullRequest], bool]:
    """The rows of a probe and its next pages back to `since`, and True if five pages did not reach `since`."""
    rows, last = list(probed.rows), probed
    for _ in range(PAGES):
        if not last.has_more or rows[-1].updated_at < since:
            return rows, False
        page = _next_page(repository, last, client)
        if page is None:
            return rows, True
        rows += page.rows
        last = page
    return rows, last.has_more and rows[-1].updated_at >= since


def _next_page(repository: Repository, last: ProbedRepository, client: Client) -> ProbedRepository | None:
    node_id, cursor = repository.node_id, last.cursor
    if cursor is None:
        return None
    try:
        answer = rate_limit_budget.ask(
            client, Purpose.DETAILS, 1, lambda: client.next_probe_page(node_id, cursor, PAGE)
        )
    except GitHubError as error:
        log.warning("Could not page on in %s: %s", repository.full_name, error)
        return None
    return answer.found.get(node_id)


def _changed_in(repository: Repository, rows: Sequence[ListedPullRequest]) -> list[ListedPullRequest]:
    known = stored_pull_requests(row.node_id for row in rows)
    return comparison.changed_rows(
        rows, known, oldest_relevant_update(repository, timezone.now()), repository.last_polled_at
    )


def stored_pull_requests(node_ids: Iterable[str]) -> dict[str, StoredPullRequest]:
    """What the database says about these pull requests."""
    found: dict[str, StoredPullRequest] = {}
    for part in chunks_of(list(node_ids), 900):  # SQLite takes 999 parameters
        rows = PullRequest.objects.filter(node_id__in=part).values_list("node_id", "updated_at", "state")
        found.update({node_id: StoredPullRequest(updated_at, state) for node_id, updated_at, state in rows})
    return found


def oldest_relevant_update(repository: Repository, now: datetime) -> datetime:
    """Closed pull requests with an older update are not read: older than the first look, or than the retention time.

    The result is a minute earlier than the first look, because clocks may differ.
    """
    kept = now - timedelta(days=settings.RETENTION_DAYS)
    return max((repository.first_read_at or now) - CLOCKS_DIFFER, kept)
