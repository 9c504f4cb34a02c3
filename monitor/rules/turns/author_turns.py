"""Decides when it is the author's turn: reviews to answer, checks or conflicts to fix, a merge, a missing reviewer.

Called by `turns`. Depends on no setting.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.review_state import reviews_that_count
from monitor.rules.snapshot import Snapshot
from monitor.rules.turns.merge_readiness import counted_approvals, is_approved, merge_readiness, removal_from_queue
from monitor.rules.turns.pending_requests import has_pending_request
from monitor.rules.turns.review_feedback import answer_to_review, comment_only_reviews, reviews_to_answer
from monitor.rules.turns.stale_approvals import dismissed_approvals, stale_approvals
from monitor.rules.turns.turn import ObservedTimes, Surroundings, Turn, TurnCode

AuthorReason = tuple[TurnCode, str, datetime]


def holders_of_author_turns(snapshot: Snapshot) -> tuple[str, ...]:
    """Whose the author's turns are: the author's; the assigned people's if the author is a bot or a deleted account."""
    if snapshot.author is not None and not snapshot.author_is_bot:
        return (snapshot.author,)
    return snapshot.assignees


def author_turns(
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    observed_times: ObservedTimes,
    members: TeamMembers,
    surroundings: Surroundings,
    *,
    has_confirmed_claimant: bool = False,
) -> Iterator[Turn]:
    """Every turn of the author, the most urgent first.

    `has_confirmed_claimant`: somebody with a confirmed login has claimed the review, so no reviewer is missing.
    """
    found = [
        *_feedback(snapshot, requests, observed_times),
        *_faults(snapshot, observed_times),
        *_merging(snapshot, requests, observed_times, members, surroundings),
    ]
    if not has_confirmed_claimant and not has_pending_request(snapshot, requests, members):
        found += _missing_reviews(snapshot, requests, members, surroundings)
    for login in holders_of_author_turns(snapshot):
        for code, reason, since in found:
            yield Turn(login, None, "author", code, reason, since)


def _feedback(
    snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], observed_times: ObservedTimes
) -> Iterator[AuthorReason]:
    """Reviews that the author has not answered. A bot's change request stands until the bot takes it back."""
    unanswered = [
        review
        for review in reviews_to_answer(snapshot, requests, observed_times)
        if review.is_bot or answer_to_review(review, snapshot, observed_times) is None
    ]
    questions: tuple[tuple[str, TurnCode, str], ...] = (
        ("changes_requested", "changes_requested", "changes requested by"),
        ("commented", "comments", "comments by"),
    )
    for state, code, words in questions:
        waiting = sorted((review for review in unanswered if review.state == state), key=lambda one: one.submitted_at)
        if waiting:
            names = _listed([review.reviewer or "" for review in waiting])
            yield code, f"{words} {names}", waiting[0].submitted_at
    if snapshot.merging.decision == "changes_requested" and not _somebody_requests_changes(snapshot):
        # GitHub counts a change request whose author is deleted: nobody but the author can do anything about it.
        since = [review.submitted_at for review in snapshot.reviews if review.state == "changes_requested"]
        yield "changes_requested", "changes requested", max(since, default=snapshot.created_at)


def _somebody_requests_changes(snapshot: Snapshot) -> bool:
    return any(review.state == "changes_requested" for review in reviews_that_count(snapshot))


def _faults(snapshot: Snapshot, observed_times: ObservedTimes) -> Iterator[AuthorReason]:
    if snapshot.ci == "failure":
        yield "checks_failing", "checks failing", observed_times.checks_at or observed_times.pushed_at
    if snapshot.mergeable == "conflicting":
        since = observed_times.mergeable_at or observed_times.pushed_at
        yield "conflicts", f"conflicts with {snapshot.base}", since


def _merging(
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    observed_times: ObservedTimes,
    members: TeamMembers,
    surroundings: Surroundings,
) -> Iterator[AuthorReason]:
    removed_at = removal_from_queue(snapshot, observed_times)
    if removed_at is not None:
        yield "left_queue", "removed from the merge queue", removed_at
    readiness = merge_readiness(snapshot, requests, observed_times, members, surroundings)
    if readiness is not None and readiness.obstacle is None:
        yield "ready_to_merge", f"approved, ready to merge{_not_known(snapshot)}", readiness.since


def _not_known(snapshot: Snapshot) -> str:
    """What GitHub did not say about an approved pull request, as the end of the reason."""
    parts = {
        "required approvals": not snapshot.merging.knows("decision"),
        "checks": snapshot.ci == "unknown",
    }
    unknown = [name for name, is_unknown in parts.items() if is_unknown]
    return f" ({' and '.join(unknown)} not known)" if unknown else ""


def _missing_reviews(
    snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], members: TeamMembers, surroundings: Surroundings
) -> Iterator[AuthorReason]:
    """Another approval, or a first reviewer, that nobody was asked for."""
    dismissals = dismissed_approvals(snapshot)
    approvals = counted_approvals(snapshot)
    settled = [entry.settled_at for entry in requests if entry.settled_at]
    if stale_approvals(snapshot) or is_approved(snapshot, requests, members, surroundings):
        return
    if (approvals and snapshot.merging.decision == "review_required") or (
        dismissals and not approvals and not _somebody_requests_changes(snapshot)
    ):
        times = [*settled, *(one.submitted_at for one in approvals), *(one.at for one in dismissals)]
        yield "needs_approval", "another approval is needed", max(times, default=snapshot.created_at)
    elif not _reviewed(snapshot, requests):
        left = [*settled, *(item.at for item in snapshot.timeline if item.kind == "review_dismissed")]
        yield "no_reviewer", "no reviewer yet", max(left, default=snapshot.created_at)


def _reviewed(snapshot: Snapshot, requests: Sequence[ReviewRequestEntry]) -> bool:
    """Whether anybody has reviewed. A bot's comment or approval is no review, nor is a dismissed one."""
    counting = [
        review
        for review in reviews_that_count(snapshot)
        if review.state != "dismissed" and not (review.is_bot and review.state != "changes_requested")
    ]
    return bool(counting or comment_only_reviews(snapshot, requests))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
