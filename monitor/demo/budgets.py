"""Primary rate limits: one purse for each identity and resource, filled again every hour.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Purse:
    """Points (GraphQL) or requests (core) of one identity in the hour that ends at `reset_at`."""

    limit: int
    reset_at: datetime
    used: int = 0

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


class Budgets:
    """All purses. Tokens of one user share a purse; an installation has its own."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.purses: dict[tuple[str, str], Purse] = {}
        self._lock = Lock()

    def purse(self, identity: str, resource: str, limit: int) -> Purse:
        """The purse as of now; a new hour begins with the first look after the last one ended."""
        with self._lock:
            key, now = (identity, resource), self.now()
            purse = self.purses.get(key)
            if purse is None or now >= purse.reset_at:
                purse = self.purses[key] = Purse(limit, now + HOUR)
            purse.limit = limit
            return purse

    def spend(self, purse: Purse, points: int) -> bool:
        """Take the points out; False, and nothing taken, when there is nothing left."""
        with self._lock:
            if purse.remaining <= 0:
                return False
            purse.used += points
            return True

    def headers(self, purse: Purse, resource: str) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(purse.limit),
            "X-RateLimit-Remaining": str(purse.remaining),
            "X-RateLimit-Used": str(purse.used),
            "X-RateLimit-Reset": str(int(purse.reset_at.timestamp())),
            "X-RateLimit-Resource": resource,
        }
