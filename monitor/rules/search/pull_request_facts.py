"""The facts of one pull request that a search is tested against (`matching`), for one user. Depends on no setting."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.rules.snapshot import parse_time

AUTHOR, REVIEWER = "author", "reviewer"


@dataclass(frozen=True, slots=True)
class PullRequestFacts:
    """The facts. Names and labels are in lower case, title and branches case-folded; times are aware.

    `roles`: role -> logins and teams. `turn`: author or reviewer -> the logins whose turn it is, and the teams whose
    members are not known. `snoozed`: whether the user has snoozed it and the snooze has not ended.
    """

    repository: str
    number: int
    title: str
    state: str
    draft: bool
    queued: bool
    stacked: bool
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


def facts_of(
    document: Mapping[str, Any], roles: Mapping[str, Collection[str]], *, snoozed: bool = False
) -> PullRequestFacts:
    """The facts in a pull request's document, and its `roles` (names in lower case), which are stored beside it."""
    updated = parse_time(document["updated_at"])
    if updated is None:
        raise ValueError("a pull request's document has no time of its last update")
    return PullRequestFacts(
        repository=document["repository"].lower(),
        number=document["number"],
        title=document["title"].casefold(),
        state=document["state"],
        draft=document["draft"],
        queued=document["merge_queue"] is not None,
        stacked=document["stacked_on"] is not None,
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
        turn_since=min((since for turn in document["turn"] if (since := parse_time(turn["since"]))), default=None),
        snoozed=snoozed,
    )


def _turns(document: Mapping[str, Any], side: str) -> frozenset[str]:
    turns = (turn for turn in document["turn"] if turn["as"] == side)
    return frozenset((turn["login"] or turn["team"] or "").lower() for turn in turns)
