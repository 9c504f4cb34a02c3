"""What of GitHub's answer is new to us: rows of a probe, checks of a sweep, and the set of open pull requests."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.github.answers import Checks, Row
from monitor.snapshot import Snapshot

# A second, and two more for clocks that differ.
SAME_SECOND = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database has of a pull request, as far as a probe can be compared with it."""

    updated_at: datetime
    state: str


def news(rows: Iterable[Row], known: Mapping[str, Known], since: datetime, read_at: datetime | None) -> list[Row]:
    """Rows that are new or differ, the longest unchanged first: whoever stops half-way misses none of the older ones.

    A pull request we never saw that was closed before `since` is history nobody asked for. GitHub's times are whole
    seconds: what moved just before the last look began (`read_at`) may have moved once more in the same second.
    """
    again = None if read_at is None else read_at - SAME_SECOND
    found = [row for row in rows if _differs(row, known.get(row.node_id), since, again)]
    return sorted(found, key=lambda row: (row.updated_at, row.number))


def _differs(row: Row, ours: Known | None, since: datetime, again: datetime | None) -> bool:
    if ours is None:
        return row.state == "open" or row.updated_at >= since
    if again is not None and row.updated_at >= again:
        return True
    return row.updated_at != ours.updated_at or row.state != ours.state


def goes_on(rows: Sequence[Row], new: Collection[str], has_more: bool) -> bool:
    """Whether there may be more news behind these rows: the last of them was news as well."""
    return has_more and bool(rows) and rows[-1].node_id in new


def swept(before: Snapshot, checks: Checks) -> Snapshot | None:
    """`before` with the new state of checks and mergeability; None when it has moved on or nothing changed.

    Unknown is no news.
    """
    if (before.head_sha, before.state) != (checks.head_sha, checks.state):
        return None
    after = replace(
        before,
        ci=before.ci if checks.ci == "unknown" else checks.ci,
        mergeable=before.mergeable if checks.mergeable == "unknown" else checks.mergeable,
    )
    return None if after == before else after


def missed(ours: Mapping[str, Known], theirs: Iterable[Row]) -> list[str]:
    """Pull requests to read in full so that both agree on what is open: closed behind our back, never seen, or moved."""
    open_there = {row.node_id: row for row in theirs}
    gone = [node_id for node_id in ours if node_id not in open_there]
    new = [node_id for node_id, row in open_there.items() if _differs_from(row, ours.get(node_id))]
    return gone + new


def _differs_from(row: Row, ours: Known | None) -> bool:
    return ours is None or row.updated_at != ours.updated_at
