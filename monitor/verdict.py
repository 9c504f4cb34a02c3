"""What the reviews of a pull request say together."""

from typing import Literal

from monitor.snapshot import Review, Snapshot

ReviewVerdict = Literal["none", "waiting", "approved", "changes_requested"]


def reviews_that_count(snapshot: Snapshot) -> tuple[Review, ...]:
    """The latest review of each reviewer, without the author's own answers and without deleted accounts."""
    return tuple(
        review for review in snapshot.reviews if review.reviewer is not None and review.reviewer != snapshot.author
    )


def standing_reviews(snapshot: Snapshot) -> tuple[Review, ...]:
    """Reviews of people who have not been asked again since: those still stand.

    GitHub's own `reviewDecision` stays APPROVED after a re-request; ours does not.
    """
    asked_again = {asked.name.lower() for asked in snapshot.review_requests if asked.kind == "user"}
    return tuple(
        review for review in reviews_that_count(snapshot) if (review.reviewer or "").lower() not in asked_again
    )


def review_state(snapshot: Snapshot) -> ReviewVerdict:
    """A change request outweighs approvals; an approval outweighs open requests and comments."""
    states = {review.state for review in standing_reviews(snapshot)}
    if "changes_requested" in states:
        return "changes_requested"
    if "approved" in states:
        return "approved"
    commented = any(review.state == "commented" for review in reviews_that_count(snapshot))
    return "waiting" if commented or snapshot.review_requests else "none"
