"""Sets the columns of a pull request's row: those that lists filter and sort by, and when things happened."""

from datetime import datetime

from monitor.models import PullRequest, Repository
from monitor.rules.review_state import review_state
from monitor.rules.snapshot import Snapshot

MAX_LINES = 2**31 - 1  # the column holds no more; added and deleted lines may each be as many


def set_observed_times(row: PullRequest, before: Snapshot | None, after: Snapshot, now: datetime) -> None:
    """Sets the times that GitHub does not give: of the last push, and when checks or conflicts came or went."""
    row.pushed_at = _pushed_at(row, before, after, now)
    if before is not None and (before.ci == "failure") != (after.ci == "failure"):
        row.checks_at = now
    if before is not None and (before.mergeable == "conflicting") != (after.mergeable == "conflicting"):
        row.mergeable_at = now


def _pushed_at(row: PullRequest, before: Snapshot | None, after: Snapshot, now: datetime) -> datetime:
    """When commits were last pushed. GitHub only gives the date of a commit, which may be long before its push."""
    committed = min(after.head_committed_at or now, now)
    if before is None:
        return max(committed, after.created_at) if after.head_committed_at else after.created_at
    if before.head_sha == after.head_sha:
        return row.pushed_at or after.created_at
    forced = [item.at for item in after.timeline if item.kind == "force_pushed"]
    return max(committed, row.as_of, *forced[-1:])


def set_columns(row: PullRequest, repository: Repository, digest: str, after: Snapshot) -> None:
    """Puts the snapshot, and the columns that lists filter and sort by, into the row."""
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
    row.merging_digest = after.merging.digest
    row.base_protected = after.merging.base_protected
    row.queued = after.merging.merge_queue is not None
    row.merges_itself = after.merging.auto_merge is not None
    row.base = after.base.casefold()
    row.head = after.head.casefold()
    row.head_sha = after.head_sha
    row.labels = "".join(f"\n{label.name.lower()}" for label in after.labels) + "\n" if after.labels else ""
    row.lines = min(after.lines, MAX_LINES)
    row.created_at = after.created_at
    row.updated_at = after.updated_at
