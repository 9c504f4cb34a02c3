"""Primary rate limits: one for each identity and resource, full again every hour.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class RateLimitWindow:
    """Points (GraphQL) or requests (core) of one identity in the hour that ends at `reset_at`."""

    limit: int
    reset_at: datetime
    used: int = 0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


class RateLimits:
    """All of them. Tokens of one user share a rate limit; an installation has its own."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._limits: dict[tuple[str, str], RateLimitWindow] = {}
        self._lock = Lock()

    def of(self, identity: str, resource: str, points: int) -> RateLimitWindow:
        """The rate limit as of now; a new hour begins with the first look after the last one ended."""
        with self._lock:
            key, now = (identity, resource), self.now()
            limit = self._limits.get(key)
            if limit is None or now >= limit.reset_at:
                limit = self._limits[key] = RateLimitWindow(points, now + HOUR)
            limit.limit = points
            return limit

    def spend(self, limit: RateLimitWindow, points: int) -> bool:
        """Take the points out; False, and nothing taken, when there is nothing left."""
        with self._lock:
            if limit.remaining <= 0:
                return False
            limit.used += points
            return True

    def headers(self, limit: RateLimitWindow, resource: str) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(limit.limit),
            "X-RateLimit-Remaining": str(limit.remaining),
            "X-RateLimit-Used": str(limit.used),
            "X-RateLimit-Reset": str(int(limit.reset_at.timestamp())),
            "X-RateLimit-Resource": resource,
        }
