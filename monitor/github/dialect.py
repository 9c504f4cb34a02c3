"""Remembers which fields one credential may query on one GitHub: Enterprise Servers lack fields, tokens lack scopes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from time import monotonic

from monitor.github.graphql_errors import Problem

# GitHub's types and fields that a server may lack -> the part of the dialect that needs them.
_PART_THAT_NEEDS = {
    "PullRequest.statusCheckRollup": "rollup",
    "PullRequest.totalCommentsCount": "comments",
    "PullRequest.headRef": "head",
    "Commit": "head",
    "PullRequest.reviewDecision": "decision",
    "PullRequest.mergeStateStatus": "merge_state",
    "PullRequest.mergeQueueEntry": "merge_queue",
    "MergeQueueEntry": "merge_queue",
    "AddedToMergeQueueEvent": "merge_queue",
    "RemovedFromMergeQueueEvent": "merge_queue",
    "PullRequest.autoMergeRequest": "auto_merge",
    "AutoMergeRequest": "auto_merge",
    "AutoMergeEnabledEvent": "auto_merge",
    "AutoMergeDisabledEvent": "auto_merge",
    "PullRequest.reviewThreads": "threads",
    "PullRequest.baseRef": "protection",
    "Ref.refUpdateRule": "protection",
    "PullRequestReview.authorCanPushToRepository": "pushers",
    "ReviewDismissedEvent.pullRequestCommit": "dismissals",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """The optional parts of queries. A part is False if the server lacks a field of it, or the token may not read it.

    `rollup`: pull requests have `statusCheckRollup` (otherwise queries read it from the last commit). `teams`: the token
    may read team names. `head`: the token may read the commit of the head branch. `threads`: review threads.
    `protection`: whether the base branch has rules. `pushers`: who of the reviewers may push. `dismissals`: which
    commits dismissed a review. The other names are those of the snapshot's fields.
    """

    rollup: bool = True
    teams: bool = True
    comments: bool = True
    head: bool = True
    decision: bool = True
    merge_state: bool = True
    merge_queue: bool = True
    auto_merge: bool = True
    threads: bool = True
    protection: bool = True
    pushers: bool = True
    dismissals: bool = True

    def narrowed(self, problems: Iterable[Problem]) -> Dialect | None:
        """The dialect without the parts that these problems name; None if no part can be left out."""
        spoken = self
        for problem in problems:
            part = "teams" if problem.type == "INSUFFICIENT_SCOPES" else _part_named_in(problem)
            if part:
                spoken = replace(spoken, **{part: False})
        return spoken if spoken != self else None


def _part_named_in(problem: Problem) -> str | None:
    """The part of the dialect that needs the field or type which a problem says is unknown."""
    kind, field = problem.unknown_field or (problem.unknown_type, "")
    return _PART_THAT_NEEDS.get(f"{kind}.{field}") or _PART_THAT_NEEDS.get(kind or "")


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
