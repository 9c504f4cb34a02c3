"""Whose turn is it: from a pull request, its reviews, requests and checks to people, reasons and since when."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.attention.author import author_turns
from monitor.attention.reviewers import answered, asked, claimed, teams
from monitor.attention.turn import Code, Marks, Turn
from monitor.ledger import Members, Request
from monitor.snapshot import Snapshot
from monitor.taking import Taker

__all__ = ["Code", "Marks", "Turn", "turns"]


def turns(
    snapshot: Snapshot, requests: Sequence[Request], marks: Marks, members: Members, taker: Taker | None = None
) -> list[Turn]:
    """Everybody whose turn it is, reviewers first, each with one reason at a time.

    1. Merged, closed and drafts are nobody's turn; bots never get one.
    2. A person who is asked and has not reviewed since.
    3. A team that is asked: its members until one of them reviews; who claimed it has it alone.
    4. Who asked for changes, or commented, once the author pushed or answered; until then it is the author's turn.
    5. The author: checks failing, conflicts.
    6. The author: approved, and nothing stands in the way.
    7. The author: nobody is asked, nobody has reviewed, and nobody (confirmed) is on it. Who is on it without being asked.
    """
    began = _began(snapshot)
    if began is None:
        return []
    reviewers = [
        *asked(snapshot, requests),
        *teams(snapshot, requests, members),
        *answered(snapshot, requests, marks),
        *claimed(taker),
    ]
    looked_at = taker is not None and taker.confirmed
    answers = snapshot.author is not None and not snapshot.author_is_bot
    author = author_turns(snapshot, requests, marks, looked_at=looked_at) if answers else ()
    return [replace(turn, since=max(turn.since, began)) for turn in [*_once_each(reviewers), *author]]


def _began(snapshot: Snapshot) -> datetime | None:
    """Since when it can be anybody's turn: while it was a draft, or closed, it was nobody's. None: it is nobody's now."""
    ready = snapshot.ready_at
    if snapshot.state != "open" or ready is None:
        return None
    return max([ready, *(item.at for item in snapshot.timeline if item.kind == "reopened")])


def _once_each(found: Sequence[Turn]) -> Iterator[Turn]:
    """The first reason of each person: asked directly outweighs asked as a team."""
    seen: set[str] = set()
    for turn in found:
        key = (turn.login or f"team {turn.team}").lower()
        if key not in seen:
            seen.add(key)
            yield turn
