"""The facts of one pull request that a search is tested against (`matching`), for one user. Depends on no setting.

Each event stores those facts that its other columns do not have, so that a search can find what it would have found then.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.rules.snapshot import isoformat, parse_time

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
        turn={side: _holders(document["turn"], side) for side in (AUTHOR, REVIEWER)},
        turn_since=_first_since(document["turn"]),
        snoozed=snoozed,
    )


def facts_to_store(document: Mapping[str, Any], roles: Mapping[str, Collection[str]]) -> dict[str, Any]:
    """The facts as JSON, for an event: without those of the event itself (title, turns) and of its pull request."""
    facts = facts_of(document, roles)
    return {
        **{name: getattr(facts, name) for name in _STORED_AS_THEY_ARE},
        "updated_at": isoformat(facts.updated_at),
        "labels": sorted(facts.labels),
        "roles": {role: sorted(names) for role, names in roles.items()},
    }


def stored_facts(
    stored: Mapping[str, Any], *, repository: str, number: int, title: str, turn: Sequence[Mapping[str, Any]]
) -> PullRequestFacts:
    """The facts after an event, from what `facts_to_store` made for it. `turn`: the turns that the event stores."""
    updated = parse_time(stored["updated_at"])
    if updated is None:
        raise ValueError("the stored facts have no time of the last update")
    return PullRequestFacts(
        **{name: stored[name] for name in _STORED_AS_THEY_ARE},
        repository=repository.lower(),
        number=number,
        title=title.casefold(),
        updated_at=updated,
        labels=frozenset(stored["labels"]),
        roles={role: frozenset(names) for role, names in stored["roles"].items()},
        turn={side: _holders(turn, side) for side in (AUTHOR, REVIEWER)},
        turn_since=_first_since(turn),
    )


_STORED_AS_THEY_ARE = ("state", "draft", "queued", "stacked", "author", "bot", "base", "head", "ci", "review", "lines")


def _first_since(turns: Sequence[Mapping[str, Any]]) -> datetime | None:
    return min((since for turn in turns if (since := parse_time(turn["since"]))), default=None)


def _holders(turns: Sequence[Mapping[str, Any]], side: str) -> frozenset[str]:
    return frozenset((turn["login"] or turn["team"] or "").lower() for turn in turns if turn["as"] == side)
