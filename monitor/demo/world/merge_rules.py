"""Whether a pull request may be merged: `reviewDecision` and `mergeStateStatus`, derived from the rest as GitHub does."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.demo.world.codeowners import PLACES, owners_of
from monitor.demo.world.objects import Account, PullRequest, Review, Team
from monitor.demo.world.state import WorldState


def decision(world: WorldState, pull: PullRequest) -> str | None:
    """`reviewDecision`: null where the base branch requires no reviews; a re-request does not change it.

    Only those count who may write: a change request of one of them, or enough approvals.
    """
    required = pull.repository.required_approvals
    if required is None or not pull.repository.protects(pull.base_ref_name):
        return None
    opinions = latest_opinions(pull, writers_only=True)
    if any(one.state == "CHANGES_REQUESTED" for one in opinions):
        return "CHANGES_REQUESTED"
    approvals = [one for one in opinions if one.state == "APPROVED"]
    return "APPROVED" if len(approvals) >= required and _owners_approve(world, pull, approvals) else "REVIEW_REQUIRED"


def merge_state(world: WorldState, pull: PullRequest) -> str:
    """`mergeStateStatus`."""
    if pull.mergeable == "UNKNOWN":
        return "UNKNOWN"
    if pull.mergeable == "CONFLICTING":
        return "DIRTY"
    if pull.is_draft:
        return "DRAFT"
    if _is_blocked(world, pull):
        return "BLOCKED"
    if pull.is_behind:
        return "BEHIND"
    return "CLEAN" if pull.head.rollup in ("SUCCESS", None) else "UNSTABLE"


def _is_blocked(world: WorldState, pull: PullRequest) -> bool:
    repo = pull.repository
    if not repo.protects(pull.base_ref_name):
        return False
    unresolved = repo.requires_conversation_resolution and any(not thread.is_resolved for thread in pull.threads)
    unchecked = repo.required_checks and pull.head.rollup != "SUCCESS"
    return decision(world, pull) not in ("APPROVED", None) or unresolved or unchecked


def latest_opinions(pull: PullRequest, *, writers_only: bool = False) -> list[Review]:
    """Each reviewer's last review that approves, requests changes or was dismissed."""
    latest: dict[str, Review] = {}
    for one in pull.reviews:
        if one.state != "COMMENTED" and (not writers_only or one.author is None or one.author.may_write):
            latest.pop(reviewer_key(one), None)
            latest[reviewer_key(one)] = one
    return list(latest.values())


def reviewer_key(review: Review) -> str:
    return review.author.id if review.author else "ghost"


def code_owners(world: WorldState, pull: PullRequest, paths: Iterable[str]) -> list[Account | Team]:
    """Whom the CODEOWNERS file of the base branch names for the paths, as far as this GitHub knows them."""
    files = pull.repository.branches.get(pull.base_ref_name, {})
    text = next((files[place].text for place in PLACES if place in files), "")
    known = [one for one in owners_of(text, paths) if one.lower() in (world.teams if "/" in one else world.accounts)]
    return [world.reviewer(one) for one in known]


def _owners_approve(world: WorldState, pull: PullRequest, approvals: list[Review]) -> bool:
    """Whether an owner of each changed file approves, where that is required."""
    if not pull.repository.requires_code_owner_review:
        return True
    approvers = {one.author for one in approvals}
    owners = [code_owners(world, pull, [file.path]) for file in pull.files]
    return all(not own or approvers & _people(own) for own in owners)


def _people(owners: list[Account | Team]) -> set[Account | None]:
    return {person for one in owners for person in (one.everybody() if isinstance(one, Team) else [one])}
