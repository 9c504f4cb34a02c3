"""The left column of a row, “Turn”: what the reader should do; else whose turn it is, or what it waits for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.pages.wording.plain_text import plain
from monitor.pages.wording.wait_wording import wait_wording_for


@dataclass(frozen=True, slots=True)
class TurnCell:
    """The words and icon of the column. `tone`: empty or `merge` for a task of the reader, `wait` for all else."""

    words: str
    icon: str
    tone: str = ""
    before: str = ""  # for screen readers, in front of the words


VERBS: dict[str, TurnCell] = {
    "review_requested": TurnCell("Review", "eye"),
    "team_requested": TurnCell("Review", "eye"),
    "author_responded": TurnCell("Review again", "again"),
    "new_commits": TurnCell("Review again", "again"),
    "changes_requested": TurnCell("Answer", "reply"),
    "comments": TurnCell("Answer", "reply"),
    "checks_failing": TurnCell("Fix checks", "fix"),
    "conflicts": TurnCell("Resolve", "warn"),
    "ready_to_merge": TurnCell("Merge", "merge", "merge"),
    "needs_approval": TurnCell("Ask", "ask"),
    "left_queue": TurnCell("Queue again", "queue"),
    "no_reviewer": TurnCell("Ask", "ask"),
}
_REVIEW_STATES: dict[str, TurnCell] = {
    "approved": TurnCell("Approved", "check", "wait"),
    "changes_requested": TurnCell("Changes", "reply", "wait"),
    "waiting": TurnCell("In review", "clock", "wait"),
    "none": TurnCell("No review", "eye", "wait"),
}
_ENDED: dict[str, TurnCell] = {
    "merged": TurnCell("Merged", "merge", "wait"),
    "closed": TurnCell("Closed", "closed", "wait"),
}
_DRAFT = TurnCell("Draft", "draft", "wait")


def turn_cell_of(document: Mapping[str, Any], mine: Mapping[str, Any]) -> TurnCell:
    """The reader's task; else how the pull request ended, “Draft”, whose turn it is, or what it waits for.

    The state of the reviews stands in where no rule says what it waits for.
    """
    if mine.get("turn"):
        return VERBS.get(mine["turn"]["code"], TurnCell("Look", "eye"))
    if document["state"] in _ENDED:
        return _ENDED[document["state"]]
    if document["draft"]:
        return _DRAFT
    if document["turn"]:
        return _turn_of_other(document["turn"][0])
    if wait := wait_wording_for(document):
        return TurnCell(wait.chip, wait.icon, "wait")
    return _REVIEW_STATES[document["review_state"]]


def _turn_of_other(turn: Mapping[str, Any]) -> TurnCell:
    if turn.get("login"):
        return TurnCell(plain(turn["login"], 39), "person", "wait", "Turn of ")
    return TurnCell(plain(turn.get("team"), 60).rpartition("/")[2], "people", "wait", "Turn of team ")
