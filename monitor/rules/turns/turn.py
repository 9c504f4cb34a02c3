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
    "no_reviewer",
]

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
class ObservedTimes:
    """When prmonitor saw things happen for which GitHub gives no time.

    `pushed_at`: commits were pushed; `checks_at`: the checks began or ceased to fail; `mergeable_at`: conflicts with
    the base appeared or went away. None: not since prmonitor has known the pull request.
    """

    pushed_at: datetime
    checks_at: datetime | None = None
    mergeable_at: datetime | None = None
