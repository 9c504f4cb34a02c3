"""One HTTP answer of GitHub as it came, and what its headers tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from monitor.github.answers import Cost

# The longest wait we believe.
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Raw:
    """Status, headers with lower-case names, body, seconds it took, and when it came (aware, this machine's clock)."""

    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float
    at: datetime
    resource: Literal["graphql", "core"] = "graphql"

    @property
    def cost(self) -> Cost:
        """What the headers tell; a query that GitHub took in counts at least one point."""
        return Cost(
            points=1,
            seconds=self.seconds,
            remaining=_number(self.headers.get("x-ratelimit-remaining")),
            limit=_number(self.headers.get("x-ratelimit-limit")),
            reset_at=self.reset_at,
            resource=self.resource,
        )

    @property
    def reset_at(self) -> datetime | None:
        """When the hour's points come back, in this machine's time: clocks differ, GitHub's `Date` tells by how much."""
        seconds = _number(self.headers.get("x-ratelimit-reset"))
        if seconds is None or not 0 < seconds < 1 << 36:
            return None
        there = _date(self.headers.get("date"))
        ahead = datetime.fromtimestamp(seconds, UTC) - (there or self.at)
        return self.at + min(max(ahead, timedelta()), LONGEST)

    @property
    def retry_after(self) -> int | None:
        """Seconds of `Retry-After`, which may also be written as a date."""
        text = self.headers.get("retry-after")
        seconds = _number(text)
        if seconds is None and (date := _date(text)):
            seconds = int((date - (_date(self.headers.get("date")) or self.at)).total_seconds())
        return None if seconds is None else min(max(seconds, 0), int(LONGEST.total_seconds()))


def _number(text: str | None) -> int | None:
    try:
        return int(float(text)) if text is not None else None
    except (ValueError, OverflowError):
        return None


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError):
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found
