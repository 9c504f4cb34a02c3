"""Compares GitHub's answers with the database: rows of a probe, checks of a refresh, the list of open pull requests."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.github.answers import Checks, ListedPullRequest
from monitor.rules.snapshot import Snapshot

# One second, and two more because clocks differ.
SAME_SECOND = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class StoredPullRequest:
    """The recorded fields of a pull request that a probe also shows."""

    updated_at: datetime
    state: str


def changed_rows(
    rows: Iterable[ListedPullRequest], known: Mapping[str, StoredPullRequest], since: datetime, read_at: datetime | None
) -> list[ListedPullRequest]:
    """The rows that are new or changed, the oldest update first: a look that stops early then misses no older change.

    An unknown pull request that was closed before `since` is ignored. GitHub's times are whole seconds: a pull request
    that changed just before the last look (`read_at`) may have changed again in the same second.
    """
    again = None if read_at is None else read_at - SAME_SECOND
    found = [row for row in rows if _is_changed(row, known.get(row.node_id), since, again)]
    return sorted(found, key=lambda row: (row.updated_at, row.number))


def _is_changed(
    row: ListedPullRequest, stored: StoredPullRequest | None, since: datetime, again: datetime | None
) -> bool:
    if stored is None:
        return row.state == "open" or row.updated_at >= since
    if again is not None and row.updated_at >= again:
        return True
    return row.updated_at != stored.updated_at or row.state != stored.state


def may_have_more_changes(rows: Sequence[ListedPullRequest], new: Collection[str], has_more: bool) -> bool:
    """Whether the next page may have more changes: it exists, and the last of these rows is a change."""
    return has_more and bool(rows) and rows[-1].node_id in new


def with_new_checks(before: Snapshot, checks: Checks) -> Snapshot | None:
    """`before` with what the refresh of checks read; None if head or state differ, or if nothing changed.

    `unknown` is no change.
    """
    if (before.head_sha, before.state) != (checks.head_sha, checks.state):
        return None
    after = replace(
        before,
        ci=before.ci if checks.ci == "unknown" else checks.ci,
        mergeable=before.mergeable if checks.mergeable == "unknown" else checks.mergeable,
        merging=checks.merging.filled_from(before.merging),
    )
    return None if after == before else after


def differing_open_pull_requests(
    stored: Mapping[str, StoredPullRequest], listed: Iterable[ListedPullRequest]
) -> list[str]:
    """The pull requests to read so that the database and GitHub agree on the open ones: closed, new or changed ones."""
    open_there = {row.node_id: row for row in listed}
    gone = [node_id for node_id in stored if node_id not in open_there]
    new = [node_id for node_id, row in open_there.items() if _has_other_update(row, stored.get(node_id))]
    return gone + new


def _has_other_update(row: ListedPullRequest, stored: StoredPullRequest | None) -> bool:
    return stored is None or row.updated_at != stored.updated_at
