"""Recognizes responses that report a rate limit, primary (the hour's points are spent) or secondary (too fast).

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.github.answers import QueryCost
from monitor.github.errors import Overloaded, RateLimited
from monitor.github.graphql_errors import Problem, first_of_kind, is_secondary_limit
from monitor.github.raw_response import RawResponse

# GitHub's documentation asks for this pause if the response states no time.
PAUSE = timedelta(seconds=60)


def rate_limit_error_in(raw: RawResponse, message: str) -> RateLimited | None:
    """The rate limit that a 403 or 429 with this message means; None for a 403 that means a missing permission."""
    if raw.status not in (403, 429):
        return None
    secondary = is_secondary_limit(message)
    primary = not secondary and (raw.headers.get("x-ratelimit-remaining") == "0" or "rate limit" in message.lower())
    if raw.status == 429 or primary or secondary or "retry-after" in raw.headers:
        return _rate_limited(raw, raw.cost, primary=primary)
    return None


def raise_rate_limit_error(raw: RawResponse, problems: tuple[Problem, ...], cost: QueryCost) -> None:
    """Raises the error for a rate limit that a GraphQL response with status 200 reports."""
    if first_of_kind(problems, "secondary_limit"):
        raise _rate_limited(raw, cost, primary=False)
    if first_of_kind(problems, "primary_limit"):
        raise _rate_limited(raw, replace(cost, points=0), primary=True)
    if (problem := first_of_kind(problems, "overload")) and (not problem.path or problem.type):
        raise Overloaded(f"This was too much for GitHub at once: {problem.words}", cost=cost)


def _rate_limited(raw: RawResponse, cost: QueryCost, *, primary: bool) -> RateLimited:
    """The pause: until Retry-After; else, if the points are spent, until the reset; else the documented minute."""
    named = raw.at + timedelta(seconds=raw.retry_after) if raw.retry_after is not None else None
    if named is None and primary:
        named = raw.reset_at
    words = "The hour's points of this token are spent." if primary else "GitHub says we ask too fast."
    return RateLimited(words, until=named or raw.at + PAUSE, primary=primary, explicit=bool(named), cost=cost)
