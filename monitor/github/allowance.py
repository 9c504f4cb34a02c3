"""The arithmetic of what GitHub allows: how much each kind of question may spend, and how long trouble makes us wait."""

from datetime import datetime, timedelta
from enum import Enum

from monitor.github.errors import Forbidden, GitHubError, Overloaded, RateLimited, Unauthorized, Unavailable

LONGEST_SECONDARY = 900
LONGEST_OUTAGE = 300
# More than the steps from a batch of a hundred down to the one that GitHub fails on.
OVERLOADS_THAT_ARE_AN_OUTAGE = 8


class Purpose(Enum):
    """Why GitHub is asked, the most urgent first: percent of the hour's limit that may be spent when it comes to this,
    and percent of it that must be left (others may use the same account)."""

    WEBHOOK = (80, 0)
    DETAILS = (80, 1)
    PROBE = (79, 0)
    CHECKS = (74, 10)
    SWEEP = (68, 10)

    @property
    def share(self) -> int:
        return self.value[0]

    @property
    def left(self) -> int:
        return self.value[1]


def affordable(limit: int, remaining: int, spent: int, points: int, purpose: Purpose) -> bool:
    """Whether that many points may be spent now. A limit of 0 is none at all (Enterprise Server)."""
    if limit == 0:
        return True
    return (spent + points) * 100 <= limit * purpose.share and (remaining - points) * 100 >= limit * purpose.left


def pause_after(error: GitHubError, strikes: int, now: datetime) -> datetime | None:
    """Until when nothing is asked with this credential, after trouble that was already met `strikes` times in a row.

    None: the trouble is about what was asked, not about the credential or GitHub as a whole.
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    if isinstance(error, RateLimited):
        named = error.until if error.primary or error.explicit else now
        return max(named, now + timedelta(seconds=1 if error.explicit else _doubling(60, strikes, LONGEST_SECONDARY)))
    if isinstance(error, Unauthorized | Forbidden):
        return now + timedelta(seconds=_doubling(60, strikes, LONGEST_OUTAGE))
    if isinstance(error, Overloaded):
        beyond = strikes + 1 - OVERLOADS_THAT_ARE_AN_OUTAGE
        return None if beyond < 0 else now + timedelta(seconds=_doubling(10, beyond, LONGEST_OUTAGE))
    if isinstance(error, Unavailable):
        seconds = max(error.retry_after or 0, _doubling(5, strikes, LONGEST_OUTAGE))
        return now + timedelta(seconds=min(seconds, LONGEST_SECONDARY))
    return None


def _doubling(first: int, times: int, longest: int) -> int:
    return int(min(first * 2 ** min(times, 16), longest))
