"""What follows from a snapshot and our own records: roles, turns, and the document everybody reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.attention import Turn, turns
from monitor.document import document
from monitor.ledger import Members, Request
from monitor.models import Claim, Involvement, Ownership, PullRequest, Repository
from monitor.roles import roles_in
from monitor.snapshot import Snapshot, isoformat


@dataclass(frozen=True, slots=True)
class Derived:
    """The parts of a row that are worked out rather than read."""

    document: str = ""
    involved: set[tuple[str, str]] = field(default_factory=set)
    turn_since: datetime | None = None


def derive(
    repository: Repository,
    row: PullRequest,
    after: Snapshot,
    requests: Sequence[Request],
    members: Members,
    now: datetime,
) -> Derived:
    """Works everything out anew; `row` brings what is kept beside the snapshot: code owners and a claim.

    GitHub's own word on a request counts beside our reading of CODEOWNERS: it may know more.
    """
    owners = _code_owners(row)
    named = [f"@{asked.name}" for asked in after.review_requests if asked.code_owner]
    roles = roles_in(after, [*(owner["owner"] for owner in owners), *named])
    waiting = turns(after, requests, row.marks, members)
    text = document(
        repository.full_name,
        after,
        requests,
        as_of=row.as_of,
        code_owners=owners,
        turn=[turn.as_json() for turn in waiting],
        claimed=_claimed(row, now),
    )
    involved = {(role, name) for role, names in roles.items() for name in names} | _turn_rows(waiting)
    return Derived(text, involved, min((turn.since for turn in waiting), default=None))


def _turn_rows(waiting: Sequence[Turn]) -> set[tuple[str, str]]:
    """The index behind `turn:`; a team whose members are not known stands for them."""
    side = {"author": Involvement.TURN_AUTHOR, "reviewer": Involvement.TURN_REVIEWER}
    return {(side[turn.as_], (turn.login or turn.team or "").lower()) for turn in waiting}


def _code_owners(row: PullRequest) -> list[dict[str, Any]]:
    ownership: Ownership | None = getattr(row, "ownership", None)
    return ownership.owners if ownership else []


def _claimed(row: PullRequest, now: datetime) -> dict[str, Any] | None:
    claim: Claim | None = getattr(row, "claim", None) if row.pk else None
    if claim is None or claim.until <= now:
        return None
    return {"login": claim.login, "since": isoformat(claim.since), "until": isoformat(claim.until)}
