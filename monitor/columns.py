"""The columns of a pull request's row: what lists filter and sort by, and when things moved."""

from datetime import datetime

from monitor.models import PullRequest, Repository
from monitor.snapshot import Snapshot
from monitor.verdict import review_state

LARGEST = 2**31 - 1  # that the column holds; each of the two numbers behind it may be as large


def mark(row: PullRequest, before: Snapshot | None, after: Snapshot, now: datetime) -> None:
    """Notes when things moved for which GitHub gives no time."""
    row.pushed_at = _pushed_at(row, before, after, now)
    if before is not None and (before.ci == "failure") != (after.ci == "failure"):
        row.checks_at = now
    if before is not None and (before.mergeable == "conflicting") != (after.mergeable == "conflicting"):
        row.mergeable_at = now


def _pushed_at(row: PullRequest, before: Snapshot | None, after: Snapshot, now: datetime) -> datetime:
    """When the head moved: GitHub names only the commit's own date, which may be long before the push."""
    committed = min(after.head_committed_at or now, now)
    if before is None:
        return max(committed, after.created_at) if after.head_committed_at else after.created_at
    if before.head_sha == after.head_sha:
        return row.pushed_at or after.created_at
    forced = [item.at for item in after.timeline if item.kind == "force_pushed"]
    return max(committed, row.as_of, *forced[-1:])


def fill(row: PullRequest, repository: Repository, digest: str, after: Snapshot) -> None:
    """Writes a snapshot, and the columns that lists filter and sort by, into its row."""
    row.repository = repository
    row.number = after.number
    row.digest = digest
    row.snapshot = after.to_json()
    row.title = after.title
    row.title_folded = after.title.casefold()
    row.author = (after.author or "").lower()
    row.author_is_bot = after.author_is_bot
    row.state = after.state
    row.draft = after.draft
    row.review_state = review_state(after)
    row.ci = after.ci
    row.mergeable = after.mergeable
    row.base = after.base.casefold()
    row.head = after.head.casefold()
    row.head_sha = after.head_sha
    row.labels = "".join(f"\n{label.name.lower()}" for label in after.labels) + "\n" if after.labels else ""
    row.lines = min(after.lines, LARGEST)
    row.created_at = after.created_at
    row.updated_at = after.updated_at
