"""Tells GitHub's limits apart: the hour's points are spent (primary), or we were too fast (secondary).

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.github.answers import Cost
from monitor.github.errors import Overloaded, RateLimited
from monitor.github.problems import Problem, first, is_secondary
from monitor.github.raw import Raw

# What GitHub asks for where it names no time.
PAUSE = timedelta(seconds=60)


def limited(raw: Raw, said: str) -> RateLimited | None:
    """The limit behind a 403 or 429 whose message is `said`; None for a 403 that forbids."""
    if raw.status not in (403, 429):
        return None
    secondary = is_secondary(said)
    primary = not secondary and (raw.headers.get("x-ratelimit-remaining") == "0" or "rate limit" in said.lower())
    if raw.status == 429 or primary or secondary or "retry-after" in raw.headers:
        return _wait(raw, raw.cost, primary=primary)
    return None


def refuse_limits(raw: Raw, problems: tuple[Problem, ...], cost: Cost) -> None:
    """Raise the limit that a GraphQL answer with status 200 speaks of."""
    if first(problems, "secondary_limit"):
        raise _wait(raw, cost, primary=False)
    if first(problems, "primary_limit"):
        raise _wait(raw, replace(cost, points=0), primary=True)
    if (problem := first(problems, "overload")) and (not problem.path or problem.type):
        raise Overloaded(f"This was too much for GitHub at once: {problem.words}", cost=cost)


def _wait(raw: Raw, cost: Cost, *, primary: bool) -> RateLimited:
    """Retry-After wins; then, for points that are spent, the reset; else the minute that the documentation asks for."""
    named = raw.at + timedelta(seconds=raw.retry_after) if raw.retry_after is not None else None
    if named is None and primary:
        named = raw.reset_at
    words = "The hour's points of this token are spent." if primary else "GitHub says we ask too fast."
    return RateLimited(words, until=named or raw.at + PAUSE, primary=primary, explicit=bool(named), cost=cost)
