"""Works out a pull request's roles, turns and document from its snapshot, ledger, claim, teams and code owners."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.models import Claim, Ownership, PullRequest, Repository
from monitor.models.person import confirmed_among
from monitor.rules.claim_and_turn_changes import ClaimAndTurns
from monitor.rules.claim_effects import Claimant
from monitor.rules.pull_request_document import build_document
from monitor.rules.review_request_ledger import ReviewRequestEntry, TeamMembers
from monitor.rules.roles import TurnRole, names_by_role
from monitor.rules.snapshot import Snapshot, isoformat
from monitor.rules.turns import Surroundings, Turn, turns, wait


@dataclass(frozen=True, slots=True)
class DerivedValues:
    """What is worked out for one pull request. `involved`: (role or turn role, name) pairs, the `Involvement` rows."""

    document: str = ""
    involved: set[tuple[str, str]] = field(default_factory=set)
    turn_since: datetime | None = None
    claim_and_turns: ClaimAndTurns = field(default_factory=lambda: ClaimAndTurns(None, ()))
    roles: Mapping[str, set[str]] = field(default_factory=dict)


def derive_values(
    repository: Repository,
    row: PullRequest,
    after: Snapshot,
    requests: Sequence[ReviewRequestEntry],
    members: TeamMembers,
    claimant: Claimant | None = None,
) -> DerivedValues:
    """Works everything out from the beginning. Code owners, observed times and `stacked_on` come from `row`."""
    ownership = _current_ownership(row, after)
    owners = ownership.owners if ownership else []
    roles = names_by_role(after, [*(owner["owner"] for owner in owners), *_owners_asked_by_github(after, ownership)])
    surroundings = Surroundings(repository.archived, row.stacked_on, repository.enough_approvals_end_requests)
    waiting = turns(after, requests, row.observed_times, members, claimant, surroundings)
    reason = None if waiting else wait(after, requests, row.observed_times, members, surroundings)
    claim_and_turns = ClaimAndTurns(
        _claimed_json(claimant),
        [turn.as_json() for turn in waiting],
        reason.as_json() if reason else None,
        row.stacked_on,
    )
    text = build_document(
        repository.full_name,
        repository.url or after.url.rpartition("/pull/")[0],
        after,
        requests,
        as_of=row.as_of,
        code_owners=owners,
        turn=claim_and_turns.turn,
        waits_for=claim_and_turns.waits_for,
        stacked_on=row.stacked_on,
        claimed=claim_and_turns.claimed,
    )
    involved = {(role, name) for role, names in roles.items() for name in names} | _turn_involvements(waiting)
    return DerivedValues(text, involved, min((turn.since for turn in waiting), default=None), claim_and_turns, roles)


def _turn_involvements(waiting: Sequence[Turn]) -> set[tuple[str, str]]:
    """The turns as (turn role, name) pairs, which `turn:` searches for; the name is a team's if no login is known."""
    side = {"author": TurnRole.AUTHOR, "reviewer": TurnRole.REVIEWER}
    return {(side[turn.as_], (turn.login or turn.team or "").lower()) for turn in waiting}


def _current_ownership(row: PullRequest, after: Snapshot) -> Ownership | None:
    """The code owners by the CODEOWNERS file of the base branch; None if they were not found for this base yet."""
    ownership: Ownership | None = getattr(row, "ownership", None)
    return ownership if ownership and ownership.base == after.base else None


def _owners_asked_by_github(after: Snapshot, ownership: Ownership | None) -> list[str]:
    """The reviewers whom GitHub asked as code owners, if our own list of owners may be incomplete.

    If it is complete, it decides alone: GitHub goes on marking a request as one to a code owner after the base was
    changed to a branch without rules.
    """
    return (
        []
        if ownership and _is_complete(ownership)
        else [f"@{one.name}" for one in after.review_requests if one.code_owner]
    )


def _is_complete(ownership: Ownership) -> bool:
    """Whether every owner is known by login or team: nothing was left unread, and no owner is an e-mail address."""
    return not ownership.note and all(owner["owner"].startswith("@") for owner in ownership.owners)


def claimants_of(updates: Iterable[tuple[PullRequest, Snapshot]], now: datetime) -> dict[int, Claimant]:
    """Pull request id -> its claimant, for those pull requests whose claim holds at `now`."""
    claims: dict[int, tuple[Claim, Snapshot]] = {}
    for row, after in updates:
        claim: Claim | None = getattr(row, "claim", None) if row.pk else None
        if claim is not None:
            claims[row.pk] = claim, after
    confirmed = confirmed_among({claim.login for claim, _ in claims.values()})
    claimants = {
        pk: (Claimant(claim.login, claim.since, claim.until, claim.login.lower() in confirmed), after)
        for pk, (claim, after) in claims.items()
    }
    return {pk: claimant for pk, (claimant, after) in claimants.items() if claimant.holds_claim(after, now)}


def _claimed_json(claimant: Claimant | None) -> dict[str, Any] | None:
    if claimant is None:
        return None
    return {"login": claimant.login, "since": isoformat(claimant.since), "until": isoformat(claimant.until)}
