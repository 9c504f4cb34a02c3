"""What one credential on one GitHub may ask: Enterprise Servers lack fields, tokens lack scopes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import monotonic

from monitor.github.problems import Problem


@dataclass(frozen=True, slots=True)
class Dialect:
    """`rollup`: pull requests have `statusCheckRollup` (else it is read from the last commit); `teams`: team names may
    be asked for; `comments`: pull requests have `totalCommentsCount`; `head`: the head branch's commit may be read."""

    rollup: bool = True
    teams: bool = True
    comments: bool = True
    head: bool = True

    def narrowed(self, problems: Iterable[Problem]) -> Dialect | None:
        """What to speak instead after these problems; None when speaking otherwise would not help."""
        spoken = self
        for problem in problems:
            kind, field = problem.unknown_field or ("", "")
            if (kind, field) == ("PullRequest", "statusCheckRollup"):
                spoken = replace(spoken, rollup=False)
            elif (kind, field) == ("PullRequest", "totalCommentsCount"):
                spoken = replace(spoken, comments=False)
            elif (kind, field) == ("PullRequest", "headRef") or kind == "Commit":
                spoken = replace(spoken, head=False)
            elif problem.type == "INSUFFICIENT_SCOPES":
                spoken = replace(spoken, teams=False)
        return spoken if spoken != self else None


class Dialects:
    """What was learned about each identity, for an hour: scopes are granted and servers upgraded meanwhile."""

    def __init__(self, lasting: float = 3600) -> None:
        self._lasting = lasting
        self._learned: dict[tuple[str, str], tuple[Dialect, float]] = {}

    def of(self, base_url: str, identity: str) -> Dialect:
        """How to speak to this GitHub as this identity."""
        dialect, until = self._learned.get((base_url, identity), (Dialect(), 0.0))
        return dialect if monotonic() < until else Dialect()

    def learn(self, base_url: str, identity: str, dialect: Dialect) -> None:
        """Speak so from now on."""
        self._learned[base_url, identity] = (dialect, monotonic() + self._lasting)

    def forget(self) -> None:
        """Try everything anew."""
        self._learned.clear()


dialects = Dialects()
