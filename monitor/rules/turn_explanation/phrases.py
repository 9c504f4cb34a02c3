"""Phrases that several explanations share: dates, names, whose turn it is. Depends on no setting."""

from collections.abc import Sequence
from datetime import UTC, datetime

from monitor.rules.snapshot import Snapshot
from monitor.rules.turn_explanation.facts import TurnFacts

MOST_NAMES = 3
OWN = "it is your own pull request"
# Only while something has changed and the turns are not worked out anew yet.
NOT_WORKED_OUT = "what decides about it has just changed, and the turns are not worked out anew yet"
CHECKS = {
    "success": "checks passed",
    "failure": "checks are failing",
    "pending": "checks are running",
    "none": "there are no checks",
    "unknown": "GitHub did not say how the checks are",
}


def on(moment: datetime | None) -> str:
    """“ on 2026-03-02”, the day in UTC; nothing if the moment is not known."""
    return f" on {moment.astimezone(UTC):%Y-%m-%d}" if moment else ""


def listed(names: Sequence[str]) -> str:
    """“a, b and c”, each name once; of many names the first and how many others there are."""
    names = list(dict.fromkeys(names))
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} others"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def short_team(name: str) -> str:
    """“team web” for `acme/web`."""
    return f"team {name.rpartition('/')[2]}"


def whose_turn(facts: TurnFacts, code: str | None = None) -> str:
    """Who has a turn (for the reason `code`), in words; empty if nobody has."""
    turns = [turn for turn in facts.turns if code in {None, turn.code}]
    return listed([turn.login or short_team(turn.team or "") for turn in turns])


def not_open(snapshot: Snapshot) -> str | None:
    """“it is merged”; None if the pull request is open."""
    return None if snapshot.state == "open" else f"it is {snapshot.state}"


def nobodys_turn(facts: TurnFacts) -> str | None:
    """Why it can be nobody's turn at all: not open, archived, a draft, or in the merge queue; None if it can be."""
    ended = not_open(facts.snapshot)
    if ended:
        return ended
    if facts.surroundings.archived:
        return "the repository is archived"
    if facts.snapshot.draft:
        return "it is a draft"
    return "it is in the merge queue" if facts.snapshot.merging.merge_queue is not None else None
