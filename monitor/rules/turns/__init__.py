"""Decides whose turn it is on a pull request, why, and since when.

Called by `recording/derived_values` whenever a pull request, a claim, a team or the code owners change. Depends on no
setting: when a claim ends (`CLAIM_HOURS`) is stored with the claim.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.rules.claim_effects import Claimant
from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.snapshot import Snapshot
from monitor.rules.turns.author_turns import author_turns
from monitor.rules.turns.reviewer_turns import (
    turn_of_claimant,
    turns_of_answered_reviewers,
    turns_of_requested_people,
    turns_of_requested_teams,
    turns_of_stale_approvers,
)
from monitor.rules.turns.turn import ORDINARY, ObservedTimes, Surroundings, Turn, TurnCode, Wait, WaitCode
from monitor.rules.turns.waits import wait

__all__ = ["ObservedTimes", "Surroundings", "Turn", "TurnCode", "Wait", "WaitCode", "turns", "wait"]


def turns(
    snapshot: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    observed_times: ObservedTimes,
    members: TeamMembers,
    claimant: Claimant | None = None,
    surroundings: Surroundings = ORDINARY,
) -> list[Turn]:
    """Everybody whose turn it is: reviewers first, each with one reason, then the author with every reason.

    1. A pull request that is merged, closed, a draft, in the merge queue or in an archived repository is nobody's turn.
       It is never the turn of a bot: the author's turns are those of the assigned people if the author is a bot.
    2. It is the turn of a person who is asked for a review and has not reviewed since.
    3. If a team is asked, it is the turn of its members until one of them reviews; after a claim only the claimant's.
       Enough approvals end both (`enough_approvals`).
    4. After a review that requests changes or comments, it is the author's turn until they push or answer, then the
       reviewer's. A bot's change request is the author's turn as long as it stands. If a push made an approval stale,
       it is that reviewer's turn.
    5. It is the author's turn while checks fail, or the branch has conflicts with its base.
    6. It is the author's turn when the pull request is approved and nothing prevents the merge (`merge_readiness`), or
       when it was removed from the merge queue; also when there are approvals, but not enough, and nobody is asked.
    7. It is the author's turn while nobody is asked, nobody has reviewed, and nobody with a confirmed login has
       claimed the review.
    8. It is the turn of the claimant, also if nobody asked them.

    If it is nobody's turn, `waits` says why.
    """
    began = _began(snapshot)
    if began is None or surroundings.archived or snapshot.merging.merge_queue is not None:
        return []
    reviewers = [
        *turns_of_requested_people(snapshot, requests),
        *turns_of_requested_teams(snapshot, requests, members),
        *turns_of_stale_approvers(snapshot),
        *turns_of_answered_reviewers(snapshot, requests, observed_times),
        *turn_of_claimant(claimant),
    ]
    author = author_turns(
        snapshot,
        requests,
        observed_times,
        members,
        surroundings,
        has_confirmed_claimant=claimant is not None and claimant.confirmed,
    )
    return [replace(turn, since=max(turn.since, began)) for turn in [*_once_each(reviewers), *author]]


def _began(snapshot: Snapshot) -> datetime | None:
    """The earliest time at which a turn can begin: when the pull request became ready or was last reopened.

    None if it is nobody's turn, because the pull request is a draft or not open.
    """
    ready = snapshot.ready_at
    if snapshot.state != "open" or ready is None:
        return None
    return max([ready, *(item.at for item in snapshot.timeline if item.kind == "reopened")])


def _once_each(found: Sequence[Turn]) -> Iterator[Turn]:
    """Keeps the first turn of each person: a request to the person comes before one to their team."""
    seen: set[str] = set()
    for turn in found:
        key = (turn.login or f"team {turn.team}").lower()
        if key not in seen:
            seen.add(key)
            yield turn
