"""Decides in which group of a list a row stands, and its rank there.

A list is grouped by whose turn it is, by what the reader's own pull requests wait for, or by repository; or it is one
group, sorted as the search asks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.actions.saved_views import BUILT_IN
from monitor.rules.search import SearchQuery

Grouping = Literal["turn", "mine", "repository", "updated", "created", "age", "size"]


@dataclass(frozen=True, slots=True)
class GroupHeading:
    """The heading of one group. `slug` identifies the group in the page; `explanation` says what the group holds."""

    slug: str
    name: str
    explanation: str
    icon: str


_TURN = (
    GroupHeading("turn", "Your turn", "Most urgent first, by your limit and working time", "inbox"),
    GroupHeading("yours", "Concerns you", "Newest update first", "person"),
    GroupHeading("others", "Others", "In repositories you watch", "repo"),
    GroupHeading("bots", "Bots", "They never wait for a turn of yours", "bot"),
    GroupHeading("snoozed", "Snoozed", "They come back by themselves, muted ones when you wake them", "snooze"),
)
_MINE = (
    GroupHeading("returned", "Returned to me", "Reviewers or checks sent these back", "reply"),
    GroupHeading("merge", "Ready to merge", "Approved by all who still count", "merge"),
    GroupHeading("waiting", "Waiting for others", "It is somebody else’s turn, or nobody’s", "clock"),
    GroupHeading("drafts", "Drafts", "They wait for nobody", "draft"),
)
_ORDERS = {
    "updated": "Newest update first",
    "created": "Newest first",
    "age": "Longest wait first",
    "size": "Largest first",
}


def grouping_of(q: str, query: SearchQuery) -> Grouping:
    """How the list of a search is grouped: by the order in the search, else as its built-in view says, else by turn."""
    if query.sort and query.sort != "urgency":
        return query.sort
    return next((view.grouping for view in BUILT_IN if view.q == q), "turn")


def headings_of(grouping: Grouping, slugs: Sequence[str]) -> Sequence[GroupHeading]:
    """The headings of a list, in order. `slugs` are the groups of its rows; other groups may have no rows."""
    if grouping == "turn":
        return _TURN
    if grouping == "mine":
        return _MINE
    if grouping == "repository":
        return [GroupHeading(name, name, "Newest update first", "repo") for name in sorted(set(slugs), key=str.lower)]
    return [GroupHeading("found", "Found", _ORDERS[grouping], "search")]


def group_and_rank(
    document: Mapping[str, Any], mine: Mapping[str, Any], times: Mapping[str, datetime | None], grouping: Grouping
) -> tuple[str, int]:
    """The group of a row, and its rank there; lower ranks come first.

    `times`: `since` the row shows its present state, `updated`, `created`, and `turn` since when it is somebody's turn.
    """
    newest = -as_rank(times["updated"])
    if grouping == "turn":
        slug = _group_by_turn(document, mine)
        return slug, as_rank(times["since"]) if slug == "turn" else newest
    if grouping == "mine":
        slug = _group_of_own(document, mine)
        return slug, as_rank(times["since"]) if slug in {"returned", "merge"} else newest
    if grouping == "repository":
        return str(document["repository"]), newest
    ranks = {
        "updated": newest,
        "created": -as_rank(times["created"]),
        "age": as_rank(times["turn"]),
        "size": -int(document["additions"]) - int(document["deletions"]),
    }
    return "found", ranks[grouping]


_LAST = 2**52  # after every time, and still exact as a number of JavaScript


def as_rank(moment: datetime | None) -> int:
    """A time as a rank, in seconds of Unix time; None ranks after every time."""
    return _LAST if moment is None else int(moment.timestamp())


def _group_by_turn(document: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    """Snoozed pull requests and those of bots never wait for a turn, as in the view “Waiting on me”.

    One of a bot that somebody is assigned to counts as a person's, as in the search (`bot:`).
    """
    if mine.get("snoozed"):
        return "snoozed"
    if document["author_is_bot"] and not document["assignees"]:
        return "bots"
    if mine.get("turn"):
        return "turn"
    return "yours" if mine.get("roles") else "others"


def _group_of_own(document: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    if document["draft"]:
        return "drafts"
    turn = mine.get("turn")
    if turn is None:
        return "waiting"
    return "merge" if turn["code"] == "ready_to_merge" else "returned"
