"""Finds the reviews that the author has to answer, and the author's answers.

Called by `author_turns` and `reviewer_turns`. Depends on no setting.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.rules.logins import same_login
from monitor.rules.review_request_ledger import ReviewRequestEntry
from monitor.rules.review_state import reviews_that_count, standing_reviews
from monitor.rules.snapshot import Review, Snapshot
from monitor.rules.turns.turn import ObservedTimes


def reviews_to_answer(
    snapshot: Snapshot, requests: Sequence[ReviewRequestEntry], observed_times: ObservedTimes
) -> list[Review]:
    """The valid reviews that request changes or comment, but not the comments of bots."""
    return [
        _with_last_comment(review, snapshot, observed_times)
        for review in [*standing_reviews(snapshot), *comment_only_reviews(snapshot, requests)]
        if review.state == "changes_requested" or (review.state == "commented" and not review.is_bot)
    ]


def comment_only_reviews(snapshot: Snapshot, requests: Sequence[ReviewRequestEntry]) -> list[Review]:
    """A review for each person who was asked and answered with a plain comment.

    GitHub then drops the request but shows no review, so one is made of the comment.
    """
    known = {(review.reviewer or "").lower() for review in reviews_that_count(snapshot)}
    known |= {asked.name.lower() for asked in snapshot.review_requests}
    wrote = {((item.actor or "").lower(), item.at) for item in snapshot.timeline if item.kind == "commented"}
    last = {entry.name.lower(): entry for entry in requests if entry.kind == "user" and entry.settled == "reviewed"}
    return [
        Review(entry.name, "commented", entry.settled_at)
        for login, entry in last.items()
        if entry.settled_at and (login, entry.settled_at) in wrote and login not in known
    ]


def _with_last_comment(review: Review, snapshot: Snapshot, observed_times: ObservedTimes) -> Review:
    """The review, moved to the time of the reviewer's later comment if that comment followed the author's answer.

    GitHub still shows the older review, but the reviewer has written again, so the author has to answer again.
    """
    for item in sorted(snapshot.timeline, key=lambda one: one.at):
        if item.kind == "reviewed" and item.at > review.submitted_at and same_login(item.actor, review.reviewer):
            answer = answer_to_review(review, snapshot, observed_times)
            if answer is not None and answer[0] < item.at:
                review = replace(review, submitted_at=item.at, commit=None)
    return review


def answer_to_review(review: Review, snapshot: Snapshot, observed_times: ObservedTimes) -> tuple[datetime, bool] | None:
    """When the author first pushed, commented or reviewed after a review, and whether they pushed; None: not yet."""
    moved = review.commit != snapshot.head_sha if review.commit else observed_times.pushed_at > review.submitted_at
    pushed = [max(observed_times.pushed_at, review.submitted_at)] if moved else []
    answered = [
        item.at
        for item in snapshot.timeline
        if item.kind in {"commented", "reviewed"}
        and item.at > review.submitted_at
        and _answers_for_author(item.actor, snapshot)
    ]
    return (min([*pushed, *answered]), bool(pushed)) if pushed or answered else None


def _answers_for_author(login: str | None, snapshot: Snapshot) -> bool:
    """Whether this person is the author, or is assigned to the pull request of a bot."""
    if same_login(login, snapshot.author):
        return True
    return snapshot.author_is_bot and any(same_login(login, assignee) for assignee in snapshot.assignees)
