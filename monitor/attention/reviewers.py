"""The reviewers' side: who is asked, and who was answered."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from monitor.attention.questions import answer_to, open_questions
from monitor.attention.turn import ON_IT, Marks, Turn, same
from monitor.ledger import Members, Request
from monitor.snapshot import Snapshot
from monitor.taking import Taker
from monitor.verdict import reviews_that_count


def asked(snapshot: Snapshot, requests: Sequence[Request]) -> Iterator[Turn]:
    """People whose own review is requested."""
    bots = {asked.key for asked in snapshot.review_requests if asked.is_bot}
    for entry in requests:
        if entry.kind == "user" and entry.open and entry.who not in bots and not same(entry.name, snapshot.author):
            yield Turn(entry.name, None, "reviewer", "review_requested", _asking(entry, requests), entry.asked_at)


def _asking(entry: Request, requests: Sequence[Request]) -> str:
    again = any(other.who == entry.who and other.settled == "reviewed" for other in requests)
    words = "review requested again" if again else "review requested"
    return f"{words} by {entry.by}" if entry.by else words


def teams(snapshot: Snapshot, requests: Sequence[Request], members: Members) -> Iterator[Turn]:
    """Members of teams that are asked; whoever claimed it alone; nobody once one of them has reviewed."""
    listed = {asked.key for asked in snapshot.review_requests}
    for entry in requests:
        if entry.kind != "team" or entry.who not in listed or not (entry.open or entry.settled == "taken"):
            continue
        known = members.get(entry.name.lower())
        reviewed = _reviewed_since(snapshot, entry.asked_at)
        if known is not None and reviewed & set(known):
            continue
        reason = f"review requested from team {entry.name.rpartition('/')[2]}"
        for login in _mates(entry, known, snapshot.author):
            if login is None:
                unknown = f"{reason} (members unknown)"
                yield Turn(None, entry.name, "reviewer", "team_requested", unknown, entry.asked_at)
            elif login.lower() not in reviewed:
                yield Turn(login, entry.name, "reviewer", "team_requested", reason, entry.asked_at)


def _mates(entry: Request, known: Collection[str] | None, author: str | None) -> list[str | None]:
    if entry.settled == "taken":
        return [entry.settled_by]
    if known is None:
        return [None]
    return [login for login in sorted(known) if not same(login, author)]


def _reviewed_since(snapshot: Snapshot, asked_at: datetime) -> set[str]:
    """Who reviewed after that second; within the same one GitHub, which still lists the request, tells that it came later."""
    items = (item for item in snapshot.timeline if item.kind == "reviewed" and item.at > asked_at and item.actor)
    said = (review for review in reviews_that_count(snapshot) if review.submitted_at > asked_at)
    return {(item.actor or "").lower() for item in items} | {(review.reviewer or "").lower() for review in said}


def claimed(taker: Taker | None) -> Iterator[Turn]:
    """Who is on it; whoever is asked as well has a better reason."""
    if taker is not None:
        yield Turn(taker.login, None, "reviewer", "review_requested", ON_IT, taker.since)


def answered(snapshot: Snapshot, requests: Sequence[Request], marks: Marks) -> Iterator[Turn]:
    """Reviewers who wanted something and were answered."""
    for review in open_questions(snapshot, requests, marks):
        answer = answer_to(review, snapshot, marks)
        if answer is None or review.is_bot:
            continue
        since, pushed = answer
        if pushed and review.state == "changes_requested":
            yield Turn(review.reviewer, None, "reviewer", "new_commits", "new commits since your review", since)
        else:
            yield Turn(review.reviewer, None, "reviewer", "author_responded", "author responded", since)
