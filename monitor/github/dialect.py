"""Remembers which fields one credential may query on one GitHub: Enterprise Servers lack fields, tokens lack scopes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import monotonic

from monitor.github.graphql_errors import Problem


@dataclass(frozen=True, slots=True)
class Dialect:
    """The optional fields that queries may contain.

    `rollup`: pull requests have `statusCheckRollup` (otherwise queries read it from the last commit). `teams`: the token
    may read team names. `comments`: pull requests have `totalCommentsCount`. `head`: the token may read the commit of
    the head branch.
    """

    rollup: bool = True
    teams: bool = True
    comments: bool = True
    head: bool = True

    def narrowed(self, problems: Iterable[Problem]) -> Dialect | None:
        """The dialect without the fields that these problems name; None if no field can be left out."""
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


class DialectCache:
    """The dialect per identity, kept for one hour: after that, tokens may have more scopes and servers more fields."""

    def __init__(self, lasting: float = 3600) -> None:
        self._lasting = lasting
        self._learned: dict[tuple[str, str], tuple[Dialect, float]] = {}

    def of(self, base_url: str, identity: str) -> Dialect:
        """The dialect for this GitHub and this identity."""
        dialect, until = self._learned.get((base_url, identity), (Dialect(), 0.0))
        return dialect if monotonic() < until else Dialect()

    def learn(self, base_url: str, identity: str, dialect: Dialect) -> None:
        """Keeps a dialect for the next hour."""
        self._learned[base_url, identity] = (dialect, monotonic() + self._lasting)

    def forget(self) -> None:
        """Drops every dialect, so that the next queries contain all fields again."""
        self._learned.clear()


dialect_cache = DialectCache()
