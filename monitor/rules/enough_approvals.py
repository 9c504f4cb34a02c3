"""Ends review requests when the approvals are enough, and opens them again when they no longer are.

GitHub goes on listing such requests. Called by `recording/recorder` for repositories where
`Repository.enough_approvals_end_requests` is on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.review_state import standing_reviews
from monitor.rules.snapshot import Review, Snapshot


def has_enough_approvals(snapshot: Snapshot) -> bool:
    """Whether GitHub's own decision is APPROVED, and no change request stands."""
    return snapshot.merging.decision == "approved" and not any(
        review.state == "changes_requested" for review in standing_reviews(snapshot)
    )


def apply_enough_approvals(
    requests: Sequence[ReviewRequestEntry], snapshot: Snapshot, now: datetime, *, enabled: bool = True
) -> list[ReviewRequestEntry]:
    """The ledger after the approvals: settled as `enough` are the open requests that are older than the last approval.

    When the approvals cease to be enough, for example because a push made one stale, each person or team that GitHub
    still lists is asked again, in a new entry from that moment on. When not `enabled`, for example because a lead
    switched it off, the requests that had ended so are open again as they were: nobody asked a second time.
    """
    if snapshot.state != "open":
        return list(requests)
    if not enabled:
        return _reopened(requests, snapshot)
    if has_enough_approvals(snapshot):
        last = _last_approval(snapshot)
        return [_settled_by(last, entry) for entry in requests] if last else list(requests)
    return [*requests, *_asked_again(requests, snapshot, now)]


def _last_approval(snapshot: Snapshot) -> Review | None:
    approvals = [review for review in standing_reviews(snapshot) if review.state == "approved"]
    return max(approvals, key=lambda review: review.submitted_at, default=None)


def _settled_by(approval: Review, entry: ReviewRequestEntry) -> ReviewRequestEntry:
    if not entry.open or entry.asked_at >= approval.submitted_at:
        return entry
    return replace(entry, settled_at=approval.submitted_at, settled="enough", settled_by=approval.reviewer)


def _asked_again(requests: Sequence[ReviewRequestEntry], snapshot: Snapshot, now: datetime) -> list[ReviewRequestEntry]:
    return [
        replace(_open_again(entry), asked_at=_ended_at(entry, snapshot, now))
        for entry in _ended_though_listed(requests, snapshot)
    ]


def _reopened(requests: Sequence[ReviewRequestEntry], snapshot: Snapshot) -> list[ReviewRequestEntry]:
    ended = _ended_though_listed(requests, snapshot)
    return [_open_again(entry) if entry in ended else entry for entry in requests]


def _ended_though_listed(requests: Sequence[ReviewRequestEntry], snapshot: Snapshot) -> list[ReviewRequestEntry]:
    """The last request of each person and team that GitHub lists, if enough approvals ended that request."""
    listed = {asked.key for asked in snapshot.review_requests}
    latest = {entry.key: entry for entry in sorted(requests, key=lambda one: one.asked_at)}
    return [entry for key, entry in latest.items() if key in listed and entry.settled == "enough"]


def _open_again(entry: ReviewRequestEntry) -> ReviewRequestEntry:
    return replace(entry, settled=None, settled_at=None, settled_by=None)


def _ended_at(entry: ReviewRequestEntry, snapshot: Snapshot, now: datetime) -> datetime:
    """When the approvals ceased to be enough: with a dismissal or a change request, or else when that was seen."""
    ends = [
        item.at
        for item in snapshot.timeline
        if item.kind == "review_dismissed" or (item.kind == "reviewed" and item.subject == "changes_requested")
    ]
    settled_at = entry.settled_at or entry.asked_at
    return min((at for at in ends if at > settled_at), default=now)
