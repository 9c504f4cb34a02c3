"""What a search looks at: the facts of one pull request, for one reader."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.snapshot import moment

AUTHOR, REVIEWER = "author", "reviewer"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names, title, labels and branches are in the case they are compared in; times are aware.

    `roles`: role -> names it concerns; `turn`: author and reviewer -> logins (or teams whose members nobody knows).
    `snoozed`: whether the reader put it off, and that has not ended.
    """

    repository: str
    number: int
    title: str
    state: str
    draft: bool
    author: str
    bot: bool
    base: str
    head: str
    ci: str
    review: str
    lines: int
    updated_at: datetime
    labels: frozenset[str] = frozenset()
    roles: Mapping[str, Collection[str]] = field(default_factory=dict)
    turn: Mapping[str, Collection[str]] = field(default_factory=dict)
    turn_since: datetime | None = None
    snoozed: bool = False


def facts_of(document: Mapping[str, Any], roles: Mapping[str, Collection[str]], *, snoozed: bool = False) -> Facts:
    """The facts in a pull request's document; `roles` (names in lower case) are kept beside it."""
    updated = moment(document["updated_at"])
    if updated is None:
        raise ValueError("a pull request's document has no time of its last update")
    return Facts(
        repository=document["repository"].lower(),
        number=document["number"],
        title=document["title"].casefold(),
        state=document["state"],
        draft=document["draft"],
        author=(document["author"] or "").lower(),
        bot=document["author_is_bot"],
        base=document["base"].casefold(),
        head=document["head"].casefold(),
        ci=document["ci"],
        review=document["review_state"],
        lines=document["additions"] + document["deletions"],
        updated_at=updated,
        labels=frozenset(label["name"].lower() for label in document["labels"]),
        roles=roles,
        turn={side: _turns(document, side) for side in (AUTHOR, REVIEWER)},
        turn_since=min((since for turn in document["turn"] if (since := moment(turn["since"]))), default=None),
        snoozed=snoozed,
    )


def _turns(document: Mapping[str, Any], side: str) -> frozenset[str]:
    turns = (turn for turn in document["turn"] if turn["as"] == side)
    return frozenset((turn["login"] or turn["team"] or "").lower() for turn in turns)
