"""The author's side: what was asked of them, what is broken, and what only they can do next."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from monitor.attention.questions import answer_to, open_questions, settled_by_a_comment
from monitor.attention.turn import Code, Marks, Turn, same
from monitor.ledger import Request
from monitor.snapshot import Snapshot
from monitor.verdict import reviews_that_count, standing_reviews


def author_turns(
    snapshot: Snapshot, requests: Sequence[Request], marks: Marks, *, looked_at: bool = False
) -> Iterator[Turn]:
    """Everything that waits for the author, the most pressing first. `looked_at`: somebody said here that they are on it."""

    def turn(code: Code, reason: str, since: datetime) -> Turn:
        return Turn(snapshot.author, None, "author", code, reason, since)

    asking = open_questions(snapshot, requests, marks)
    unanswered = [review for review in asking if answer_to(review, snapshot, marks) is None]
    questions: tuple[tuple[str, Code, str], ...] = (
        ("changes_requested", "changes_requested", "changes requested by"),
        ("commented", "comments", "comments by"),
    )
    for state, code, words in questions:
        waiting = sorted((review for review in unanswered if review.state == state), key=lambda one: one.submitted_at)
        if waiting:
            names = _listed([review.reviewer or "" for review in waiting])
            yield turn(code, f"{words} {names}", waiting[0].submitted_at)
    if snapshot.ci == "failure":
        yield turn("checks_failing", "checks failing", marks.checks_at or marks.pushed_at)
    if snapshot.mergeable == "conflicting":
        yield turn("conflicts", f"conflicts with {snapshot.base}", marks.mergeable_at or marks.pushed_at)
    since = _ready_since(snapshot, requests, marks)
    if since is not None:
        yield turn("ready_to_merge", "approved, ready to merge", since)
    if not looked_at and _nobody_looks(snapshot, requests):
        left = [*_settled(requests), *(item.at for item in snapshot.timeline if item.kind == "review_dismissed")]
        yield turn("no_reviewer", "no reviewer yet", max(left, default=snapshot.created_at))


def _ready_since(snapshot: Snapshot, requests: Sequence[Request], marks: Marks) -> datetime | None:
    """Since when nothing but the merge is missing, or None."""
    standing = standing_reviews(snapshot)
    approved = [review.submitted_at for review in standing if review.state == "approved"]
    blocked = any(review.state == "changes_requested" for review in standing) or _waited_for(snapshot)
    if not approved or blocked or snapshot.ci == "failure" or snapshot.mergeable == "conflicting":
        return None
    cleared = [moment for moment in (marks.checks_at, marks.mergeable_at) if moment]
    return max([min(approved), *_settled(requests), *_given_up(snapshot), *cleared])


def _given_up(snapshot: Snapshot) -> list[datetime]:
    """When those who had asked for changes approved after all, or were dismissed."""
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


def _waited_for(snapshot: Snapshot) -> bool:
    """Whether a request is pending that somebody can answer: neither a bot nor the author."""
    return any(not asked.is_bot and not same(asked.name, snapshot.author) for asked in snapshot.review_requests)


def _settled(requests: Sequence[Request]) -> list[datetime]:
    return [entry.settled_at for entry in requests if entry.settled_at]


def _nobody_looks(snapshot: Snapshot, requests: Sequence[Request]) -> bool:
    """Nobody is asked, and no review is left that counts: a bot's comments do not, nor does what was dismissed."""
    counting = [
        review
        for review in reviews_that_count(snapshot)
        if review.state != "dismissed" and not (review.is_bot and review.state == "commented")
    ]
    return not (_waited_for(snapshot) or counting or settled_by_a_comment(snapshot, requests))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
