"""Where reading the list of a repository's open pull requests stands: kept between turns, so that no page is read twice."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from monitor.github.answers import Probed
from monitor.snapshot import isoformat, moment

# A cursor is GitHub's own and does not last for ever; what a list of long ago said is worth little.
KEPT_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Listing:
    """The pages read so far: `cursor` continues after them, `number` is their last pull request.

    GitHub lists by age, and numbers rise with age: what is open here with a number up to `number`, and was on no page,
    is open there no more. `listed` are the pull requests on these pages, `total` how many there were at the beginning.
    """

    began_at: datetime
    cursor: str | None = None
    number: int = 0
    listed: int = 0
    total: int = 0

    def after(self, page: Probed) -> Self:
        """Where it stands once `page` is read."""
        return replace(
            self,
            cursor=page.cursor,
            number=max((row.number for row in page.rows), default=self.number),
            listed=self.listed + len(page.rows),
        )

    def counting(self, page: Probed) -> Self:
        """With the number of open pull requests, where `page` says it."""
        return self if page.total is None else replace(self, total=page.total)

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"began_at": isoformat(self.began_at)}

    @classmethod
    def standing(cls, kept: Mapping[str, Any] | None, now: datetime) -> Self:
        """The listing that was `kept`, or one that begins now: where there is none, or it is from long ago."""
        if kept is not None:
            began_at = moment(kept["began_at"])
            if began_at is not None and timedelta(0) <= now - began_at < KEPT_FOR:
                return cls(**{**kept, "began_at": began_at})
        return cls(began_at=now.replace(microsecond=0))


def range_of(listing: Listing, page: Probed) -> tuple[int, int | None]:
    """The numbers that `page` is about: above the first, up to the second; None: no end."""
    return listing.number, max(row.number for row in page.rows) if page.has_more and page.rows else None
