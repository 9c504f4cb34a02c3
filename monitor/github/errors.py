"""The errors of the GitHub client: callers decide by the type, people read the message."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from monitor.rules.masking import masked

if TYPE_CHECKING:
    from monitor.github.answers import QueryCost
    from monitor.github.graphql_errors import Problem


class GitHubError(Exception):
    """GitHub gave no usable answer. The message is one sentence for people, without secrets. `cost`: what the query cost."""

    def __init__(self, message: str, *, cost: QueryCost | None = None) -> None:
        super().__init__(masked(message))
        self.cost = cost


class NotConfigured(GitHubError):
    """The settings name neither a token nor a GitHub App."""


class Unavailable(GitHubError):
    """GitHub is down, unreachable, or answers nonsense. `retry_after`: seconds, if GitHub stated a time."""

    def __init__(self, message: str, *, retry_after: int | None = None, cost: QueryCost | None = None) -> None:
        super().__init__(message, cost=cost)
        self.retry_after = retry_after


class Overloaded(Unavailable):
    """The query asked for too much at once (502, 504, time-out, resource limits): the next query must ask for less."""


class RateLimited(GitHubError):
    """GitHub demands a pause.

    `until` is in this machine's time. `primary`: the hour's points are spent; otherwise prmonitor sent queries too fast
    (secondary limit). `explicit`: GitHub stated the time; otherwise the pause is the minute that its documentation names.
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """

    def __init__(
        self, message: str, *, until: datetime, primary: bool, explicit: bool, cost: QueryCost | None = None
    ) -> None:
        super().__init__(message, cost=cost)
        self.until, self.primary, self.explicit = until, primary, explicit


class Unauthorized(GitHubError):
    """GitHub refuses the credential itself: it is wrong, revoked or expired, or the App is no longer installed."""


class Forbidden(GitHubError):
    """The credential is valid but may not do this: a scope or permission is missing, or single sign-on is required."""

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), cost: QueryCost | None = None) -> None:
        super().__init__(message, cost=cost)
        self.problems = problems


class QueryRejected(GitHubError):
    """GitHub says that the query itself is wrong; a retry cannot help. `problems`: GitHub's complaints."""

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), cost: QueryCost | None = None) -> None:
        super().__init__(message, cost=cost)
        self.problems = problems
