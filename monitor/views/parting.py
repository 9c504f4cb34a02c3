"""In which part of a list a row stands, and where in it: by whose turn it is, by what one's own wait for, by repository, as asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.saved_views import BUILT_IN, Split
from monitor.search import Query

Parting = Literal["turn", "mine", "repository", "updated", "created", "age", "size"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a list: its heading and what it means."""

    slug: str
    name: str
    why: str
    icon: str


_TURN = (
    Part("turn", "Your turn", "Longest wait first, in your working time", "inbox"),
    Part("yours", "Concerns you", "Newest update first", "person"),
    Part("others", "Others", "In repositories you watch", "repo"),
    Part("bots", "Bots", "They never wait for a turn of yours", "bot"),
    Part("snoozed", "Snoozed", "They come back by themselves, muted ones when you wake them", "snooze"),
)
_MINE = (
    Part("returned", "Returned to me", "Reviewers or checks sent these back", "reply"),
    Part("merge", "Ready to merge", "Approved by all who still count", "merge"),
    Part("waiting", "Waiting for others", "It is somebody else’s turn", "clock"),
    Part("drafts", "Drafts", "They wait for nobody", "draft"),
)
_ORDERS = {
    "updated": "Newest update first",
    "created": "Newest first",
    "age": "Longest wait first",
    "size": "Largest first",
}


def parting_of(q: str, query: Query) -> Parting:
    """How the list of a search is parted: as its built-in view says; one list where an order is asked for; else by turn."""
    if query.sort:
        return query.sort
    split: Split = next((view.split for view in BUILT_IN if view.q == q), "")
    return "turn" if split == "" else split


def parts_of(parting: Parting, slugs: Sequence[str]) -> Sequence[Part]:
    """The parts of a list, those without rows too where they are known beforehand; `slugs`: of the rows there are."""
    if parting == "turn":
        return _TURN
    if parting == "mine":
        return _MINE
    if parting == "repository":
        return [Part(name, name, "Newest update first", "repo") for name in sorted(set(slugs), key=str.lower)]
    return [Part("found", "Found", _ORDERS[parting], "search")]


def place_of(
    document: Mapping[str, Any], mine: Mapping[str, Any], times: Mapping[str, datetime | None], parting: Parting
) -> tuple[str, int]:
    """The part of a row, and its rank there (ascending). `times`: `since` when it has been as it is, `updated`, `created`, `turn`."""
    newest = -seconds_of(times["updated"])
    if parting == "turn":
        slug = _by_turn(document, mine)
        return slug, seconds_of(times["since"]) if slug == "turn" else newest
    if parting == "mine":
        slug = _of_mine(document, mine)
        return slug, seconds_of(times["since"]) if slug in {"returned", "merge"} else newest
    if parting == "repository":
        return str(document["repository"]), newest
    ranks = {
        "updated": newest,
        "created": -seconds_of(times["created"]),
        "age": seconds_of(times["turn"]),
        "size": -int(document["additions"]) - int(document["deletions"]),
    }
    return "found", ranks[parting]


_NEVER = 2**52  # later than any time, and still exact where the page's script reads it


def seconds_of(moment: datetime | None) -> int:
    """A time as a rank; never comes last."""
    return _NEVER if moment is None else int(moment.timestamp())


def _by_turn(document: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    """As in the view “Waiting on me”, neither bots' nor what one put off waits for a turn."""
    if mine.get("snoozed"):
        return "snoozed"
    if document["author_is_bot"]:
        return "bots"
    if mine.get("turn"):
        return "turn"
    return "yours" if mine.get("roles") else "others"


def _of_mine(document: Mapping[str, Any], mine: Mapping[str, Any]) -> str:
    if document["draft"]:
        return "drafts"
    turn = mine.get("turn")
    if turn is None:
        return "waiting"
    return "merge" if turn["code"] == "ready_to_merge" else "returned"
