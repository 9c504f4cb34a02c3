"""What changed in what is worked out here rather than read from GitHub: who is on it, and whose turn it is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.attention.turn import same
from monitor.diff import Change
from monitor.events import Kind

_ENDING = {Kind.CLOSED, Kind.MERGED}


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is on a pull request, and whose turn it is, as its document says."""

    claimed: Mapping[str, Any] | None
    turn: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, document: str) -> "Standing":
        """The part of a stored document."""
        said = json.loads(document)
        return cls(said["claimed"], said["turn"])


def own_changes(
    before: Standing, after: Standing, now: datetime, *, told: Sequence[Change] = (), by: str | None = None
) -> list[Change]:
    """The changes of claims and turns beside those that GitHub `told`; `by`: whose act here it was, if anybody's.

    1. A claim that was made, or made anew. One that ended: given back, taken over, or its time is over; a review of the
       one who made it, and the end of the pull request, say so themselves.
    2. A turn that changed and nothing else says why: a team has other members, say. After a lapse it is said as well.
    """
    found = [*_claims(before.claimed, after.claimed, now, told, by)]
    acted = told or any(change.actor for change in found)
    if before.turn != after.turn and not acted:
        found.append(Change(Kind.TURN_CHANGED, None, now))
    return found


def _claims(
    had: Mapping[str, Any] | None,
    has: Mapping[str, Any] | None,
    now: datetime,
    told: Sequence[Change],
    by: str | None,
) -> Iterator[Change]:
    other = had is not None and (has is None or not same(had["login"], has["login"]))
    if had is not None and other and not _said(told, had["login"]):
        yield Change(Kind.UNCLAIMED, by, now, {"login": had["login"]})
    if has is not None and has != had:
        yield Change(Kind.CLAIMED, has["login"], now, {"login": has["login"]})


def _said(told: Sequence[Change], login: str) -> bool:
    """Whether what GitHub told says that this claim is over."""
    return any(
        change.kind in _ENDING or (change.kind == Kind.REVIEWED and same(change.detail["reviewer"], login))
        for change in told
    )
