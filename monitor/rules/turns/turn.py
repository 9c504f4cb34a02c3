"""A turn: who has to act, as author or reviewer, why, and since when. Depends on no setting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.rules.snapshot import isoformat

TurnCode = Literal[
    "review_requested",
    "team_requested",
    "changes_requested",
    "comments",
    "author_responded",
    "new_commits",
    "checks_failing",
    "conflicts",
    "ready_to_merge",
    "needs_approval",
    "left_queue",
    "no_reviewer",
]
WaitCode = Literal["archived", "draft", "merge_queue", "auto_merge", "stacked", "blocked", "checks", "hidden", "bot"]

ON_IT = "you are on it"  # the reason of the claimant's turn if nobody asked them
REVIEWER_CODES: frozenset[str] = frozenset({"review_requested", "team_requested", "author_responded", "new_commits"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn. `team` is the team through which they are asked; `login` is None if its members are not known.

    `code` and `reason` say why, for programs and for people; `since` is aware.
    """

    login: str | None
    team: str | None
    as_: Literal["author", "reviewer"]
    code: TurnCode
    reason: str
    since: datetime

    def as_json(self) -> dict[str, Any]:
        """The turn as the document shows it."""
        return {
            "login": self.login,
            "team": self.team,
            "as": self.as_,
            "code": self.code,
            "reason": self.reason,
            "since": isoformat(self.since),
        }


@dataclass(frozen=True, slots=True)
class Wait:
    """Why an open pull request is nobody's turn. `code` and `reason` are for programs and for people."""

    code: WaitCode
    reason: str
    since: datetime

    def as_json(self) -> dict[str, Any]:
        """The wait as the document shows it under `waits_for`."""
        return {"code": self.code, "reason": self.reason, "since": isoformat(self.since)}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decides about turns and is no part of the pull request itself.

    `archived`: the repository is read-only. `stacked_on`: the number of the open pull request whose head branch is the
    base of this one. `enough_approvals_end_requests`: the repository's setting, see `enough_approvals`.
    """

    archived: bool = False
    stacked_on: int | None = None
    enough_approvals_end_requests: bool = True


ORDINARY = Surroundings()


@dataclass(frozen=True, slots=True)
class ObservedTimes:
    """When prmonitor saw things happen for which GitHub gives no time.

    `pushed_at`: commits were pushed; `checks_at`: the checks began or ceased to fail; `mergeable_at`: conflicts with
    the base appeared or went away. None: not since prmonitor has known the pull request.
    """

    pushed_at: datetime
    checks_at: datetime | None = None
    mergeable_at: datetime | None = None
