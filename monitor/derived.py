"""What follows from a snapshot and our own records: roles, turns, and the document everybody reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.attention import Turn, turns
from monitor.document import document
from monitor.events import Awaited
from monitor.ledger import Members, Request
from monitor.models import Claim, Ownership, PullRequest, Repository
from monitor.models.person import confirmed_among
from monitor.roles import roles_in
from monitor.snapshot import Snapshot, isoformat
from monitor.taking import Taker
from monitor.turning import Standing


@dataclass(frozen=True, slots=True)
class Derived:
    """The parts of a row that are worked out rather than read."""

    document: str = ""
    involved: set[tuple[str, str]] = field(default_factory=set)
    turn_since: datetime | None = None
    standing: Standing = field(default_factory=lambda: Standing(None, ()))


def derive(
    repository: Repository,
    row: PullRequest,
    after: Snapshot,
    requests: Sequence[Request],
    members: Members,
    taker: Taker | None = None,
) -> Derived:
    """Works everything out anew; `row` brings the code owners, which are kept beside the snapshot."""
    ownership = _ownership(row, after)
    owners = ownership.owners if ownership else []
    roles = roles_in(after, [*(owner["owner"] for owner in owners), *_asked_as_owners(after, ownership)])
    waiting = turns(after, requests, row.marks, members, taker)
    standing = Standing(_claimed(taker), [turn.as_json() for turn in waiting])
    text = document(
        repository.full_name,
        repository.url or after.url.rpartition("/pull/")[0],
        after,
        requests,
        as_of=row.as_of,
        code_owners=owners,
        turn=standing.turn,
        claimed=standing.claimed,
    )
    involved = {(role, name) for role, names in roles.items() for name in names} | _turn_rows(waiting)
    return Derived(text, involved, min((turn.since for turn in waiting), default=None), standing)


def _turn_rows(waiting: Sequence[Turn]) -> set[tuple[str, str]]:
    """The index behind `turn:`; a team whose members are not known stands for them."""
    side = {"author": Awaited.AUTHOR, "reviewer": Awaited.REVIEWER}
    return {(side[turn.as_], (turn.login or turn.team or "").lower()) for turn in waiting}


def _ownership(row: PullRequest, after: Snapshot) -> Ownership | None:
    """The owners by the CODEOWNERS of its base; None while they are not worked out for this base."""
    ownership: Ownership | None = getattr(row, "ownership", None)
    return ownership if ownership and ownership.base == after.base else None


def _asked_as_owners(after: Snapshot, ownership: Ownership | None) -> list[str]:
    """Whom GitHub asks as code owners, where our own reading is not whole.

    Where it is, the rules decide alone: a request stays one to a code owner when the base moves to a branch without rules.
    """
    return (
        [] if ownership and _whole(ownership) else [f"@{one.name}" for one in after.review_requests if one.code_owner]
    )


def _whole(ownership: Ownership) -> bool:
    """Whether every owner is known by login or team: nothing was left unread, and no owner is an e-mail address."""
    return not ownership.note and all(owner["owner"].startswith("@") for owner in ownership.owners)


def takers_of(looks: Iterable[tuple[PullRequest, Snapshot]], now: datetime) -> dict[int, Taker]:
    """Who is on which pull request (by its id), where anybody still is."""
    claims: dict[int, tuple[Claim, Snapshot]] = {}
    for row, after in looks:
        claim: Claim | None = getattr(row, "claim", None) if row.pk else None
        if claim is not None:
            claims[row.pk] = claim, after
    confirmed = confirmed_among({claim.login for claim, _ in claims.values()})
    takers = {
        pk: (Taker(claim.login, claim.since, claim.until, claim.login.lower() in confirmed), after)
        for pk, (claim, after) in claims.items()
    }
    return {pk: taker for pk, (taker, after) in takers.items() if taker.stands(after, now)}


def _claimed(taker: Taker | None) -> dict[str, Any] | None:
    if taker is None:
        return None
    return {"login": taker.login, "since": isoformat(taker.since), "until": isoformat(taker.until)}
