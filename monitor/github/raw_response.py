"""One HTTP response of GitHub, and the values of its headers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from monitor.github.answers import QueryCost

# A longer wait is taken for an error.
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RawResponse:
    """`headers` have names in lower case; `at` is the time of arrival, aware, by this machine's clock."""

    status: int
    headers: Mapping[str, str]
    body: str
    seconds: float
    at: datetime
    resource: Literal["graphql", "core"] = "graphql"

    @property
    def cost(self) -> QueryCost:
        """The cost according to the headers; a query that GitHub accepted counts at least one point."""
        return QueryCost(
            points=1,
            seconds=self.seconds,
            remaining=_number(self.headers.get("x-ratelimit-remaining")),
            limit=_number(self.headers.get("x-ratelimit-limit")),
            reset_at=self.reset_at,
            resource=self.resource,
        )

    @property
    def reset_at(self) -> datetime | None:
        """When the rate limit resets, in this machine's time; GitHub's `Date` shows how far the two clocks differ."""
        seconds = _number(self.headers.get("x-ratelimit-reset"))
        if seconds is None or not 0 < seconds < 1 << 36:
            return None
        there = _date(self.headers.get("date"))
        ahead = datetime.fromtimestamp(seconds, UTC) - (there or self.at)
        return self.at + min(max(ahead, timedelta()), LONGEST)

    @property
    def retry_after(self) -> int | None:
        """The seconds of `Retry-After`, which may also be a date."""
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
