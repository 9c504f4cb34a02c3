"""Decides whether a pull request is approved, and what then still stands between it and its merge.

Called by `author_turns` and `waits`. Depends on no setting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.rules.logins import same_login
from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.review_state import standing_reviews
from monitor.rules.snapshot import Review, Snapshot, TimelineItem
from monitor.rules.turns.pending_requests import has_pending_request
from monitor.rules.turns.stale_approvals import stale_approvals
from monitor.rules.turns.turn import ObservedTimes, Surroundings

Obstacle = Literal["auto_merge", "stacked", "blocked", "checks"]


@dataclass(frozen=True, slots=True)
class MergeReadiness:
    """An approved pull request. `obstacle`: what it waits for; None: the author can merge it. `since` is aware."""

    since: datetime
    obstacle: Obstacle | None


def merge_readiness(
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    observed_times: ObservedTimes,
    members: TeamMembers,
    surroundings: Surroundings,
) -> MergeReadiness | None:
    """The readiness of an approved pull request; None if it is not approved, or the author has something to mend.

    Failing checks and conflicts are the author's turn, and so is a pull request that was removed from the merge queue.
    """
    if snapshot.ci == "failure" or snapshot.mergeable == "conflicting" or removal_from_queue(snapshot, observed_times):
        return None
    if not is_approved(snapshot, requests, members, surroundings):
        return None
    return MergeReadiness(_since(snapshot, requests, observed_times), _obstacle(snapshot, surroundings))


def counted_approvals(snapshot: Snapshot) -> list[Review]:
    """The valid approvals of people."""
    return [review for review in standing_reviews(snapshot) if review.state == "approved" and not review.is_bot]


def is_approved(
    snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], members: TeamMembers, surroundings: Surroundings
) -> bool:
    """Whether GitHub's decision is APPROVED, and in our own ledger nothing speaks against it.

    Where the branch asks for no reviews, or GitHub does not tell its decision, one person's approval is enough. Against
    it speak a change request, an approval that a push made stale, and an open request.
    """
    decision = snapshot.merging.decision
    if decision not in {"approved", None} or (decision is None and not counted_approvals(snapshot)):
        return False
    if any(review.state == "changes_requested" for review in standing_reviews(snapshot)) or stale_approvals(snapshot):
        return False
    return not (surroundings.enough_approvals_end_requests and has_pending_request(snapshot, requests, members))


def removal_from_queue(snapshot: Snapshot, observed_times: ObservedTimes) -> datetime | None:
    """When the merge queue gave the pull request back to the author; None if it did not, or it is over.

    Over: queued again, pushed to, or made a draft since. The author's own removal is none.
    """
    last = last_queue_change(snapshot)
    if last is None or last.kind != "unqueued" or observed_times.pushed_at > last.at:
        return None
    return None if same_login(last.actor, snapshot.author) else last.at


def last_queue_change(snapshot: Snapshot) -> TimelineItem | None:
    """The last time it was queued, taken out of the merge queue, made a draft or reopened; None if it never was."""
    about = [item for item in snapshot.timeline if item.kind in {"queued", "unqueued", "drafted", "reopened"}]
    # A draft leaves the queue within the same second: of several at one time, the last in GitHub's order.
    return max(reversed(about), key=lambda item: item.at, default=None)


def _obstacle(snapshot: Snapshot, surroundings: Surroundings) -> Obstacle | None:
    if snapshot.merging.auto_merge is not None:
        return "auto_merge"
    if surroundings.stacked_on is not None:
        return "stacked"
    if snapshot.merging.merge_state == "blocked":
        return "blocked"
    return "checks" if snapshot.ci == "pending" else None


def _since(snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], observed_times: ObservedTimes) -> datetime:
    approved = [review.submitted_at for review in counted_approvals(snapshot)]
    cleared = [moment for moment in (observed_times.checks_at, observed_times.mergeable_at) if moment]
    settled = [entry.settled_at for entry in requests if entry.settled_at]
    return max([min(approved, default=snapshot.created_at), *settled, *_change_requests_ended_at(snapshot), *cleared])


def _change_requests_ended_at(snapshot: Snapshot) -> list[datetime]:
    """The times at which a request for changes ended: the reviewer approved, or the review was dismissed."""
    had_asked = {
        (item.actor or "").lower()
        for item in snapshot.timeline
        if item.kind == "reviewed" and item.subject == "changes_requested"
    }
    approved = [
        review.submitted_at for review in standing_reviews(snapshot) if (review.reviewer or "").lower() in had_asked
    ]
    dismissed = [
        item.at
        for item in snapshot.timeline
        if item.kind == "review_dismissed" and (item.subject or "").lower() in had_asked
    ]
    return [*approved, *dismissed]
