"""The left column of a row: what the reader should do, else whose turn it is, else how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.views.texts import plain


@dataclass(frozen=True, slots=True)
class Chip:
    """The left column: what to do (`tone` empty or `merge`), or whose turn it is or how reviews stand (`wait`)."""

    words: str
    icon: str
    tone: str = ""
    before: str = ""  # read aloud, not shown


VERBS: dict[str, Chip] = {
    "review_requested": Chip("Review", "eye"),
    "team_requested": Chip("Review", "eye"),
    "author_responded": Chip("Review again", "again"),
    "new_commits": Chip("Review again", "again"),
    "changes_requested": Chip("Answer", "reply"),
    "comments": Chip("Answer", "reply"),
    "checks_failing": Chip("Fix checks", "fix"),
    "conflicts": Chip("Resolve", "warn"),
    "ready_to_merge": Chip("Merge", "merge", "merge"),
    "no_reviewer": Chip("Ask", "ask"),
}
_STANDING: dict[str, Chip] = {
    "approved": Chip("Approved", "check", "wait"),
    "changes_requested": Chip("Changes", "reply", "wait"),
    "waiting": Chip("In review", "clock", "wait"),
    "none": Chip("No review", "eye", "wait"),
}
_ENDED: dict[str, Chip] = {"merged": Chip("Merged", "merge", "wait"), "closed": Chip("Closed", "closed", "wait")}
_DRAFT = Chip("Draft", "draft", "wait")


def chip_of(document: Mapping[str, Any], mine: Mapping[str, Any]) -> Chip:
    """The reader's verb; else how it ended, whose turn it is, or how its reviews stand."""
    if mine.get("turn"):
        return VERBS.get(mine["turn"]["code"], Chip("Look", "eye"))
    if document["state"] in _ENDED:
        return _ENDED[document["state"]]
    if document["draft"]:
        return _DRAFT
    if document["turn"]:
        return _whose(document["turn"][0])
    return _STANDING[document["review_state"]]


def _whose(turn: Mapping[str, Any]) -> Chip:
    if turn.get("login"):
        return Chip(plain(turn["login"], 39), "person", "wait", "Turn of ")
    return Chip(plain(turn.get("team"), 60).rpartition("/")[2], "people", "wait", "Turn of team ")
