"""Decides when it is the author's turn: reviews to answer, checks or conflicts to fix, a merge, a missing reviewer.

Called by `turns`. Depends on no setting.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.rules.logins import same_login
from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.review_state import reviews_that_count, standing_reviews
from monitor.rules.snapshot import Snapshot
from monitor.rules.turns.review_feedback import answer_to_review, comment_only_reviews, reviews_to_answer
from monitor.rules.turns.turn import ObservedTimes, Turn, TurnCode


def author_turns(
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    observed_times: ObservedTimes,
    *,
    has_confirmed_claimant: bool = False,
) -> Iterator[Turn]:
    """Every turn of the author, the most urgent first.

    `has_confirmed_claimant`: somebody with a confirmed login has claimed the review, so no reviewer is missing.
    """

    def turn(code: TurnCode, reason: str, since: datetime) -> Turn:
        return Turn(snapshot.author, None, "author", code, reason, since)

    asking = reviews_to_answer(snapshot, requests, observed_times)
    unanswered = [review for review in asking if answer_to_review(review, snapshot, observed_times) is None]
    questions: tuple[tuple[str, TurnCode, str], ...] = (
        ("changes_requested", "changes_requested", "changes requested by"),
        ("commented", "comments", "comments by"),
    )
    for state, code, words in questions:
        waiting = sorted((review for review in unanswered if review.state == state), key=lambda one: one.submitted_at)
        if waiting:
            names = _listed([review.reviewer or "" for review in waiting])
            yield turn(code, f"{words} {names}", waiting[0].submitted_at)
    if snapshot.ci == "failure":
        yield turn("checks_failing", "checks failing", observed_times.checks_at or observed_times.pushed_at)
    if snapshot.mergeable == "conflicting":
        yield turn(
            "conflicts", f"conflicts with {snapshot.base}", observed_times.mergeable_at or observed_times.pushed_at
        )
    since = _ready_since(snapshot, requests, observed_times)
    if since is not None:
        yield turn("ready_to_merge", "approved, ready to merge", since)
    if not has_confirmed_claimant and _has_no_reviewer(snapshot, requests):
        left = [*_settled_times(requests), *(item.at for item in snapshot.timeline if item.kind == "review_dismissed")]
        yield turn("no_reviewer", "no reviewer yet", max(left, default=snapshot.created_at))


def _ready_since(
    snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], observed_times: ObservedTimes
) -> datetime | None:
    """Since when the pull request could be merged; None if it cannot."""
    standing = standing_reviews(snapshot)
    approved = [review.submitted_at for review in standing if review.state == "approved"]
    blocked = any(review.state == "changes_requested" for review in standing) or _has_pending_request(snapshot)
    if not approved or blocked or snapshot.ci == "failure" or snapshot.mergeable == "conflicting":
        return None
    cleared = [moment for moment in (observed_times.checks_at, observed_times.mergeable_at) if moment]
    return max([min(approved), *_settled_times(requests), *_change_requests_ended_at(snapshot), *cleared])


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


def _has_pending_request(snapshot: Snapshot) -> bool:
    """Whether anybody but bots and the author is asked for a review."""
    return any(not asked.is_bot and not same_login(asked.name, snapshot.author) for asked in snapshot.review_requests)


def _settled_times(requests: Sequence[ReviewRequestEntry]) -> list[datetime]:
    return [entry.settled_at for entry in requests if entry.settled_at]


def _has_no_reviewer(snapshot: Snapshot, requests: Sequence[ReviewRequestEntry]) -> bool:
    """Whether nobody is asked and nobody has reviewed. A bot's comment is no review, nor is a dismissed one."""
    counting = [
        review
        for review in reviews_that_count(snapshot)
        if review.state != "dismissed" and not (review.is_bot and review.state == "commented")
    ]
    return not (_has_pending_request(snapshot) or counting or comment_only_reviews(snapshot, requests))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
