"""What can go wrong when GitHub is asked, as types: the caller decides by type what to do, people read the sentence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from monitor.masking import masked

if TYPE_CHECKING:
    from monitor.github.answers import Cost
    from monitor.github.problems import Problem


class GitHubError(Exception):
    """GitHub gave no answer that can be used. The message is one sentence for people, without secrets; `cost` is what it took."""

    def __init__(self, message: str, *, cost: Cost | None = None) -> None:
        super().__init__(masked(message))
        self.cost = cost


class NotConfigured(GitHubError):
    """There is neither a token nor an App to ask GitHub with."""


class Unavailable(GitHubError):
    """GitHub is down, unreachable, or answers nonsense; `retry_after` in seconds where it named a time."""

    def __init__(self, message: str, *, retry_after: int | None = None, cost: Cost | None = None) -> None:
        super().__init__(message, cost=cost)
        self.retry_after = retry_after


class Overloaded(Unavailable):
    """This was too much at once (502, 504, time-out, resource limits): ask for less, and not again at once."""


class RateLimited(GitHubError):
    """GitHub wants us to wait.

    `until` is in this machine's time. `primary`: the hour's points are spent; otherwise we were too fast (secondary).
    `explicit`: GitHub named the time; otherwise it is the minute its documentation asks for.
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """

    def __init__(
        self, message: str, *, until: datetime, primary: bool, explicit: bool, cost: Cost | None = None
    ) -> None:
        super().__init__(message, cost=cost)
        self.until, self.primary, self.explicit = until, primary, explicit


class Unauthorized(GitHubError):
    """The credential itself is refused: wrong, revoked, expired, or the App is no longer installed."""


class Forbidden(GitHubError):
    """The credential is good, but may not do this: a missing scope or permission, or single sign-on."""

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), cost: Cost | None = None) -> None:
        super().__init__(message, cost=cost)
        self.problems = problems


class Refused(GitHubError):
    """GitHub says the question itself is wrong; asking it again cannot help. `problems` are its words, one by one."""

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), cost: Cost | None = None) -> None:
        super().__init__(message, cost=cost)
        self.problems = problems
