"""Decides how much of GitHub's rate limit each purpose may spend, and how long prmonitor pauses after an error."""

from datetime import datetime, timedelta
from enum import Enum

from monitor.github.errors import Forbidden, GitHubError, Overloaded, RateLimited, Unauthorized, Unavailable

LONGEST_SECONDARY = 900
LONGEST_REFUSAL = 300
SHORTEST_OUTAGE = 10
# Halving a batch of 100 down to the one item that GitHub fails on takes fewer steps than this.
OVERLOADS_THAT_ARE_AN_OUTAGE = 8


class Purpose(Enum):
    """Why prmonitor asks GitHub, the most urgent purpose first.

    The first number is the percentage of the hourly limit that prmonitor may have spent after such a query. The second
    is the percentage that must remain for other programs that use the same account.
    """

    WEBHOOK = (80, 0)
    DETAILS = (80, 1)
    PROBE = (79, 0)
    CHECKS = (74, 10)
    BACKGROUND = (68, 10)

    @property
    def share(self) -> int:
        return self.value[0]

    @property
    def left(self) -> int:
        return self.value[1]


def is_affordable(limit: int, remaining: int, spent: int, points: int, purpose: Purpose) -> bool:
    """Whether prmonitor may spend `points` now. A limit of 0 means that the server has no limit (Enterprise Server)."""
    if limit == 0:
        return True
    return (spent + points) * 100 <= limit * purpose.share and (remaining - points) * 100 >= limit * purpose.left


def is_outage(error: GitHubError, strikes: int) -> bool:
    """Whether `error`, after `strikes` errors in a row, is a fault of the way to GitHub, and not of one question."""
    if isinstance(error, Overloaded):
        return strikes + 1 >= OVERLOADS_THAT_ARE_AN_OUTAGE
    return isinstance(error, Unavailable)


def pause_after(error: GitHubError, strikes: int, now: datetime, interval: int) -> datetime | None:
    """Until when prmonitor sends nothing with this credential after `error`, which follows `strikes` errors in a row.

    None: the error concerns the query, not the credential and not GitHub as a whole. `interval`: the seconds between
    two looks at a repository; in an outage GitHub is asked as often, so that everything is seen soon after its end.
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    if isinstance(error, RateLimited):
        named = error.until if error.primary or error.explicit else now
        return max(
            named, now + timedelta(seconds=1 if error.explicit else _doubled_seconds(60, strikes, LONGEST_SECONDARY))
        )
    if isinstance(error, Unauthorized | Forbidden):
        return now + timedelta(seconds=_doubled_seconds(60, strikes, LONGEST_REFUSAL))
    if isinstance(error, Unavailable) and is_outage(error, strikes):
        asked_for = min(error.retry_after or 0, LONGEST_SECONDARY)
        return now + timedelta(seconds=max(asked_for, interval, SHORTEST_OUTAGE))
    return None


def _doubled_seconds(first: int, times: int, longest: int) -> int:
    return int(min(first * 2 ** min(times, 16), longest))
