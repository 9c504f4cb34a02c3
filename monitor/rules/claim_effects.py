"""Decides how long a claim (“I'm on it”) holds, and which review requests of teams it settles.

Called by `recording/recorder` and `recording/derived_values`. `CLAIM_HOURS` sets how long a claim lasts:
`actions/claims` stores the end when the claim is made.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who has claimed the review of a pull request, from `since` to `until`.

    `confirmed` is False while nobody has confirmed that this login is the user's. Such a claim settles no request of
    others, because anybody may enter any login in their profile.
    """

    login: str
    since: datetime
    until: datetime
    confirmed: bool = True

    def holds_claim(self, snapshot: Snapshot, now: datetime) -> bool:
        """Whether the claim has not expired, the pull request is open, and the claimant has not reviewed since."""
        if snapshot.state != "open" or self.until <= now:
            return False
        reviews = (item for item in snapshot.timeline if item.kind == "reviewed" and item.at >= self.since)
        return all((item.actor or "").lower() != self.login.lower() for item in reviews)


def apply_claim(
    requests: Sequence[ReviewRequestEntry], snapshot: Snapshot, claimant: Claimant | None, members: TeamMembers
) -> list[ReviewRequestEntry]:
    """The ledger after the claim: it settles requests, and requests that an ended claim had settled are open again.

    A confirmed claimant settles the open requests of their teams, and of teams whose members are not known. GitHub does
    not know of claims and goes on listing the teams, so their other members are asked again when the claim ends
    without a review.
    """
    if snapshot.state != "open":
        return list(requests)
    claimant = claimant if claimant and claimant.confirmed else None
    listed = {asked.key for asked in snapshot.review_requests}
    latest = {entry.key: entry for entry in sorted(requests, key=lambda one: one.asked_at)}
    return [
        _apply_to_entry(claimant, entry, members) if entry.key in listed and entry is latest[entry.key] else entry
        for entry in requests
    ]


def _apply_to_entry(claimant: Claimant | None, entry: ReviewRequestEntry, members: TeamMembers) -> ReviewRequestEntry:
    if entry.kind != "team" or not (entry.open or entry.settled == "taken"):
        return entry
    team_members = members.get(entry.name.lower())
    if claimant is not None and (team_members is None or claimant.login.lower() in team_members):
        at = max(claimant.since, entry.asked_at)
        return replace(entry, settled_at=at, settled="taken", settled_by=claimant.login)
    return replace(entry, settled_at=None, settled=None, settled_by=None)
