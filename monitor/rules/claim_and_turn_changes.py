"""Finds the changes that GitHub does not report, because prmonitor keeps or computes them: claims, stacks, turns.

Called by `recording/recorder`. Depends on no setting: when a claim ends (`CLAIM_HOURS`) is stored with the claim.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.rules.change_kinds import ChangeKind
from monitor.rules.logins import same_login
from monitor.rules.snapshot_diff import Change

_ENDING_KINDS = {ChangeKind.CLOSED, ChangeKind.MERGED}


@dataclass(frozen=True, slots=True)
class ClaimAndTurns:
    """The claim, turns, wait and stack of a pull request, as its document shows them under the keys of these names."""

    claimed: Mapping[str, Any] | None
    turn: Sequence[Mapping[str, Any]]
    waits_for: Mapping[str, Any] | None = None
    stacked_on: int | None = None

    @classmethod
    def of(cls, document: str) -> "ClaimAndTurns":
        """Reads them from the JSON text of a document."""
        values = json.loads(document)
        return cls(values["claimed"], values["turn"], values["waits_for"], values["stacked_on"])


def claim_and_turn_changes(
    before: ClaimAndTurns,
    after: ClaimAndTurns,
    now: datetime,
    *,
    github_changes: Sequence[Change] = (),
    actor: str | None = None,
) -> list[Change]:
    """The changes of claim and turns from `before` to `after`, in addition to `github_changes`.

    1. `claimed`: somebody claimed the review, or claimed it again. `unclaimed`: the claim was released, replaced by
       another person's, or expired. Not where `github_changes` explain the end: the claimant reviewed, or the pull
       request was closed or merged.
    2. `stack_changed`: the pull request is stacked on another one than before, or on none.
    3. `turn_changed`: the turns or the wait differ, and neither a change on GitHub nor an act of a person explains why, for
       example because the members of a team changed. When a claim expires, both changes are reported.

    `actor` is the login of the person whose act in prmonitor caused the changes; None if no person did.
    """
    found = [*_claim_changes(before.claimed, after.claimed, now, github_changes, actor)]
    acted = bool(github_changes) or any(change.actor for change in found)
    if before.stacked_on != after.stacked_on:
        found.append(Change(ChangeKind.STACK_CHANGED, None, now, {"from": before.stacked_on, "to": after.stacked_on}))
        acted = True
    if (before.turn, before.waits_for) != (after.turn, after.waits_for) and not acted:
        found.append(Change(ChangeKind.TURN_CHANGED, None, now))
    return found


def _claim_changes(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    now: datetime,
    github_changes: Sequence[Change],
    actor: str | None,
) -> Iterator[Change]:
    ended = before is not None and (after is None or not same_login(before["login"], after["login"]))
    if before is not None and ended and not _ended_on_github(github_changes, before["login"]):
        yield Change(ChangeKind.UNCLAIMED, actor, now, {"login": before["login"]})
    if after is not None and after != before:
        yield Change(ChangeKind.CLAIMED, after["login"], now, {"login": after["login"]})


def _ended_on_github(github_changes: Sequence[Change], login: str) -> bool:
    """Whether GitHub's changes themselves say that this person's claim is over."""
    return any(
        change.kind in _ENDING_KINDS
        or (change.kind == ChangeKind.REVIEWED and same_login(change.detail["reviewer"], login))
        for change in github_changes
    )
