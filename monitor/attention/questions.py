"""What reviews ask of the author, and what the author answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from monitor.attention.turn import Marks, same
from monitor.ledger import Request
from monitor.snapshot import Review, Snapshot
from monitor.verdict import reviews_that_count, standing_reviews


def open_questions(snapshot: Snapshot, requests: Sequence[Request], marks: Marks) -> list[Review]:
    """Standing reviews that want something from the author; a bot's mere comments do not."""
    return [
        _last_word(review, snapshot, marks)
        for review in [*standing_reviews(snapshot), *settled_by_a_comment(snapshot, requests)]
        if review.state == "changes_requested" or (review.state == "commented" and not review.is_bot)
    ]


def settled_by_a_comment(snapshot: Snapshot, requests: Sequence[Request]) -> list[Review]:
    """Who was asked and only wrote a comment: GitHub dropped the request and shows no review."""
    known = {(review.reviewer or "").lower() for review in reviews_that_count(snapshot)}
    known |= {asked.name.lower() for asked in snapshot.review_requests}
    wrote = {((item.actor or "").lower(), item.at) for item in snapshot.timeline if item.kind == "commented"}
    last = {entry.name.lower(): entry for entry in requests if entry.kind == "user" and entry.settled == "reviewed"}
    return [
        Review(entry.name, "commented", entry.settled_at)
        for login, entry in last.items()
        if entry.settled_at and (login, entry.settled_at) in wrote and login not in known
    ]


def _last_word(review: Review, snapshot: Snapshot, marks: Marks) -> Review:
    """Who asked for changes and, after an answer, commented in a further review, has handed it back once more."""
    for item in sorted(snapshot.timeline, key=lambda one: one.at):
        if item.kind == "reviewed" and item.at > review.submitted_at and same(item.actor, review.reviewer):
            answer = answer_to(review, snapshot, marks)
            if answer is not None and answer[0] < item.at:
                review = replace(review, submitted_at=item.at, commit=None)
    return review


def answer_to(review: Review, snapshot: Snapshot, marks: Marks) -> tuple[datetime, bool] | None:
    """When the author first pushed or said something after a review, and whether anything was pushed."""
    moved = review.commit != snapshot.head_sha if review.commit else marks.pushed_at > review.submitted_at
    pushed = [max(marks.pushed_at, review.submitted_at)] if moved else []
    said = [
        item.at
        for item in snapshot.timeline
        if item.kind in {"commented", "reviewed"}
        and item.at > review.submitted_at
        and same(item.actor, snapshot.author)
    ]
    return (min([*pushed, *said]), bool(pushed)) if pushed or said else None
