"""“I'm on it”: how long that stands, and what it does to requests that wait for a team."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.ledger import Members, Request
from monitor.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Taker:
    """Who took the review of a pull request, when, and until when they have it.

    Not `confirmed`: anybody may have typed the login, so that it takes nothing from others.
    """

    login: str
    since: datetime
    until: datetime
    confirmed: bool = True

    def stands(self, seen: Snapshot, now: datetime) -> bool:
        """Whether they still have it: the time is not over, it is open, and they have not reviewed yet."""
        if seen.state != "open" or self.until <= now:
            return False
        reviews = (item for item in seen.timeline if item.kind == "reviewed" and item.at >= self.since)
        return all((item.actor or "").lower() != self.login.lower() for item in reviews)


def taken(requests: Sequence[Request], seen: Snapshot, taker: Taker | None, members: Members) -> list[Request]:
    """The ledger with what a standing claim settles, and without what a claim that no longer stands had settled.

    Who is on it, and confirmed, settles the open requests of their teams, and of teams whose members are not known. GitHub goes on
    listing these teams, so that the others are asked again when the claim ends without a review.
    """
    if seen.state != "open":
        return list(requests)
    taker = taker if taker and taker.confirmed else None
    listed = {asked.key for asked in seen.review_requests}
    last = {entry.who: entry for entry in sorted(requests, key=lambda one: one.asked_at)}
    return [
        _with(taker, entry, members) if entry.who in listed and entry is last[entry.who] else entry
        for entry in requests
    ]


def _with(taker: Taker | None, entry: Request, members: Members) -> Request:
    if entry.kind != "team" or not (entry.open or entry.settled == "taken"):
        return entry
    mates = members.get(entry.name.lower())
    if taker is not None and (mates is None or taker.login.lower() in mates):
        at = max(taker.since, entry.asked_at)
        return replace(entry, settled_at=at, settled="taken", settled_by=taker.login)
    return replace(entry, settled_at=None, settled=None, settled_by=None)
