"""The position in a repository's list of open pull requests, stored between runs so that no page is read twice."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from monitor.github.answers import ProbedRepository
from monitor.rules.snapshot import isoformat, parse_time

# GitHub's cursors do not stay valid for ever, and an old position says little about the current list.
KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ListPosition:
    """The pages read so far: `cursor` leads to the next page, `number` is the number of their last pull request.

    GitHub lists the oldest first, and newer pull requests have higher numbers. So a pull request that is open in the
    database, has a number up to `number` and was on no page is no longer open on GitHub. `listed`: how many pull
    requests these pages have. `total`: how many the list had at the beginning.
    """

    began_at: datetime
    cursor: str | None = None
    number: int = 0
    listed: int = 0
    total: int = 0

    def after(self, page: ProbedRepository) -> Self:
        """The position after `page`."""
        return replace(
            self,
            cursor=page.cursor,
            number=max((row.number for row in page.rows), default=self.number),
            listed=self.listed + len(page.rows),
        )

    def counting(self, page: ProbedRepository) -> Self:
        """The position with the number of open pull requests, if `page` states that number."""
        return self if page.total is None else replace(self, total=page.total)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"began_at": isoformat(self.began_at)}

    @classmethod
    def resume(cls, kept: Mapping[str, Any] | None, now: datetime) -> Self:
        """The stored position, or a new one if none is stored or the stored one is too old."""
        if kept is not None:
            began_at = parse_time(kept["began_at"])
            if began_at is not None and timedelta(0) <= now - began_at < KEPT_FOR:
                return cls(**{**kept, "began_at": began_at})
        return cls(began_at=now.replace(microsecond=0))


def number_range_of(position: ListPosition, page: ProbedRepository) -> tuple[int, int | None]:
    """The range of numbers that `page` covers: above the first, up to the second; None means no upper end."""
    return position.number, max(row.number for row in page.rows) if page.has_more and page.rows else None
