"""One person's turn: who, as what, why in words, and since when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.snapshot import isoformat

Code = Literal[
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

ON_IT = "you are on it"  # the reason of a turn that is nothing but a claim
AS_REVIEWER: frozenset[str] = frozenset({"review_requested", "team_requested", "author_responded", "new_commits"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One person's turn. `login` is None for a team whose members are not known."""

    login: str | None
    team: str | None
    as_: Literal["author", "reviewer"]
    code: Code
    reason: str
    since: datetime

    def as_json(self) -> dict[str, Any]:
        """The turn as documents show it."""
        return {
            "login": self.login,
            "team": self.team,
            "as": self.as_,
            "code": self.code,
            "reason": self.reason,
            "since": isoformat(self.since),
        }


@dataclass(frozen=True, slots=True)
class Marks:
    """When things happened that GitHub gives no time for.

    `pushed_at`: the head moved; `checks_at`: the checks began to fail, or ceased to; `mergeable_at`: it came into
    conflict with its base, or out of it.
    """

    pushed_at: datetime
    checks_at: datetime | None = None
    mergeable_at: datetime | None = None


def same(login: str | None, other: str | None) -> bool:
    """Whether both are one person; two deleted accounts are not."""
    return login is not None and other is not None and login.lower() == other.lower()
