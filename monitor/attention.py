"""Whose turn is it: from a pull request, its reviews, requests and checks to people, reasons and since when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.ledger import Members, Request
from monitor.snapshot import Review, Snapshot, isoformat
from monitor.verdict import reviews_that_count, standing_reviews

Code = Literal[
    "review_requested",
    "team_requested",
    "changes_requested",
    "comments",
    "author_responded",
    "new_commits",
    "checks_failing",
    "conflicts",
    "ready_to_merge",
    "no_reviewer",
]


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn. `login` is None for a team whose members are not known."""

    login: str | None
    team: str | None
    as_: Literal["author", "reviewer"]
    code: Code
    reason: str
    since: datetime

    def as_json(self) -> dict[str, Any]:
        """The turn as documents show it."""
        return {
            "login": self.login,
            "team": self.team,
            "as": self.as_,
            "code": self.code,
            "reason": self.reason,
            "since": isoformat(self.since),
        }


@dataclass(frozen=True, slots=True)
class Marks:
    """When things last changed that GitHub gives no time for: the head, the checks, mergeability."""

    pushed_at: datetime
    checks_at: datetime | None = None
    mergeable_at: datetime | None = None


def turns(snapshot: Snapshot, requests: Sequence[Request], marks: Marks, members: Members) -> list[Turn]:
    """Everybody whose turn it is, reviewers first, each with one reason at a time.

    1. Merged, closed and drafts are nobody's turn; bots never get one.
    2. A person who is asked and has not reviewed since.
    3. A team that is asked: its members until one of them reviews; who claimed it has it alone.
    4. Who asked for changes, or commented, once the author pushed or answered; until then it is the author's turn.
    5. The author: checks failing, conflicts.
    6. The author: approved, and nothing stands in the way.
    7. The author: nobody is asked and nobody has reviewed.
    """
    ready = snapshot.ready_at
    if snapshot.state != "open" or ready is None:
        return []
    reviewers = [*_asked(snapshot, requests), *_teams(snapshot, requests, members), *_answered(snapshot, marks)]
    author = [] if snapshot.author is None or snapshot.author_is_bot else list(_author(snapshot, requests, marks))
    return [_not_before(turn, ready) for turn in [*_once_each(reviewers), *author]]


def _not_before(turn: Turn, ready: datetime) -> Turn:
    """While it was a draft it was nobody's turn: the clock starts when it is ready."""
    if turn.since >= ready:
        return turn
    return Turn(turn.login, turn.team, turn.as_, turn.code, turn.reason, ready)


def _once_each(found: Sequence[Turn]) -> Iterator[Turn]:
    """The first reason of each person: asked directly outweighs asked as a team."""
    seen: set[str] = set()
    for turn in found:
        key = (turn.login or f"team {turn.team}").lower()
        if key not in seen:
            seen.add(key)
            yield turn


# The reviewers' side


def _asked(snapshot: Snapshot, requests: Sequence[Request]) -> Iterator[Turn]:
    bots = {asked.key for asked in snapshot.review_requests if asked.is_bot}
    for entry in requests:
        if entry.kind == "user" and entry.open and entry.who not in bots and not _is(entry.name, snapshot.author):
            yield Turn(entry.name, None, "reviewer", "review_requested", _asking(entry, requests), entry.asked_at)


def _asking(entry: Request, requests: Sequence[Request]) -> str:
    again = any(other.who == entry.who and other.settled == "reviewed" for other in requests)
    words = "review requested again" if again else "review requested"
    return f"{words} by {entry.by}" if entry.by else words


def _teams(snapshot: Snapshot, requests: Sequence[Request], members: Members) -> Iterator[Turn]:
    for entry in requests:
        if entry.kind != "team" or not (entry.open or entry.settled == "taken"):
            continue
        if entry.who not in {asked.key for asked in snapshot.review_requests}:
            continue
        known = members.get(entry.name.lower())
        if known is not None and _reviewed_since(snapshot, entry.asked_at) & set(known):
            continue
        reason = f"review requested from team {entry.name.rpartition('/')[2]}"
        for login in _mates(entry, known, snapshot.author):
            yield Turn(login, entry.name, "reviewer", "team_requested", reason, entry.asked_at)


def _mates(entry: Request, known: Any, author: str | None) -> list[str | None]:
    if entry.settled == "taken":
        return [entry.settled_by]
    if known is None:
        return [None]
    return [login for login in sorted(known) if not _is(login, author)]


def _reviewed_since(snapshot: Snapshot, asked_at: datetime) -> set[str]:
    items = (item for item in snapshot.timeline if item.kind == "reviewed" and item.at >= asked_at and item.actor)
    said = (review for review in reviews_that_count(snapshot) if review.submitted_at >= asked_at)
    return {(item.actor or "").lower() for item in items} | {(review.reviewer or "").lower() for review in said}


def _answered(snapshot: Snapshot, marks: Marks) -> Iterator[Turn]:
    for review in _open_questions(snapshot):
        answer = _answer_to(review, snapshot, marks)
        if answer is None or review.is_bot:
            continue
        since, pushed = answer
        if pushed and review.state == "changes_requested":
            yield Turn(review.reviewer, None, "reviewer", "new_commits", "new commits since your review", since)
        else:
            yield Turn(review.reviewer, None, "reviewer", "author_responded", "author responded", since)


def _open_questions(snapshot: Snapshot) -> list[Review]:
    """Standing reviews that want something from the author; a bot's mere comments do not."""
    return [
        review
        for review in standing_reviews(snapshot)
        if review.state == "changes_requested" or (review.state == "commented" and not review.is_bot)
    ]


def _answer_to(review: Review, snapshot: Snapshot, marks: Marks) -> tuple[datetime, bool] | None:
    """When the author first pushed or said something after a review, and whether anything was pushed."""
    moved = review.commit != snapshot.head_sha if review.commit else marks.pushed_at > review.submitted_at
    pushed = [max(marks.pushed_at, review.submitted_at)] if moved else []
    said = [
        item.at
        for item in snapshot.timeline
        if item.kind in {"commented", "reviewed"} and item.at > review.submitted_at and _is(item.actor, snapshot.author)
    ]
    return (min([*pushed, *said]), bool(pushed)) if pushed or said else None


# The author's side


def _author(snapshot: Snapshot, requests: Sequence[Request], marks: Marks) -> Iterator[Turn]:
    def turn(code: Code, reason: str, since: datetime) -> Turn:
        return Turn(snapshot.author, None, "author", code, reason, since)

    unanswered = [review for review in _open_questions(snapshot) if _answer_to(review, snapshot, marks) is None]
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
    if _nobody_looks(snapshot):
        yield turn("no_reviewer", "no reviewer yet", max(_settled(requests), default=snapshot.created_at))


def _ready_since(snapshot: Snapshot, requests: Sequence[Request], marks: Marks) -> datetime | None:
    """Since when nothing but the merge is missing, or None."""
    standing = standing_reviews(snapshot)
    approved = [review.submitted_at for review in standing if review.state == "approved"]
    blocked = any(review.state == "changes_requested" for review in standing) or _waited_for(snapshot)
    if not approved or blocked or snapshot.ci == "failure" or snapshot.mergeable == "conflicting":
        return None
    cleared = [moment for moment in (marks.checks_at, marks.mergeable_at) if moment]
    return max([min(approved), *_settled(requests), *cleared])


def _waited_for(snapshot: Snapshot) -> bool:
    return any(not asked.is_bot for asked in snapshot.review_requests)


def _settled(requests: Sequence[Request]) -> list[datetime]:
    return [entry.settled_at for entry in requests if entry.settled_at]


def _nobody_looks(snapshot: Snapshot) -> bool:
    return not _waited_for(snapshot) and all(review.is_bot for review in reviews_that_count(snapshot))


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _is(login: str | None, author: str | None) -> bool:
    return login is not None and author is not None and login.lower() == author.lower()
