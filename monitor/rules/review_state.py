"""Decides which reviews count, and what they add up to: none, waiting, approved or changes requested.

Called by `pull_request_document`, by `recording/pull_request_columns` and by the rules of turns. Depends on no setting.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from monitor.rules.snapshot import Review, Snapshot

ReviewVerdict = Literal["none", "waiting", "approved", "changes_requested"]


def reviews_shown(snapshot: Snapshot) -> tuple[Review, ...]:
    """The latest review of each reviewer, except the author's own reviews and those of deleted accounts."""
    return tuple(
        review for review in snapshot.reviews if review.reviewer is not None and review.reviewer != snapshot.author
    )


def reviews_that_count(snapshot: Snapshot) -> tuple[Review, ...]:
    """The shown reviews as GitHub counts them.

    The approval of somebody who may not push to the repository counts for nothing, and their change request is a
    comment.
    """
    return tuple(_as_counted(reviews_shown(snapshot)))


def _as_counted(reviews: tuple[Review, ...]) -> Iterator[Review]:
    for review in reviews:
        if review.may_push or review.state not in {"approved", "changes_requested"}:
            yield review
        elif review.state == "changes_requested":
            yield replace(review, state="commented")


def standing_reviews(snapshot: Snapshot) -> tuple[Review, ...]:
    """The reviews that are still valid: those of people who have not been asked for another review since.

    This differs from GitHub, whose `reviewDecision` stays APPROVED after a review was requested again.
    """
    asked_again = {asked.name.lower() for asked in snapshot.review_requests if asked.kind == "user"}
    return tuple(
        review for review in reviews_that_count(snapshot) if (review.reviewer or "").lower() not in asked_again
    )


def review_state(snapshot: Snapshot) -> ReviewVerdict:
    """The state of all reviews together.

    `changes_requested` if one valid review requests changes; else `approved` if one approves; else `waiting` if
    somebody commented or is asked; else `none`.
    """
    states = {review.state for review in standing_reviews(snapshot)}
    if "changes_requested" in states:
        return "changes_requested"
    if "approved" in states:
        return "approved"
    commented = any(review.state == "commented" for review in reviews_that_count(snapshot))
    asked = snapshot.review_requests or snapshot.requests_hidden
    return "waiting" if commented or asked else "none"
