"""How far prmonitor has read the watched repositories: which are in their first poll, paused, or cannot be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.models import Repository

_BROKEN = {Repository.Status.ERROR, Repository.Status.INACCESSIBLE}


@dataclass(frozen=True, slots=True)
class PollingProgress:
    """Counts over a reader's repositories. Of the pending ones, `read_count` of `read_total` pull requests are read."""

    total: int
    pending: int
    read_count: int
    read_total: int
    broken: tuple[Repository, ...]
    paused: tuple[Repository, ...]
    last_polled_at: datetime | None

    @property
    def done(self) -> int:
        """How many repositories are not pending."""
        return self.total - self.pending

    @property
    def all_broken(self) -> bool:
        """No repository that is not paused can be read."""
        return bool(self.broken) and len(self.broken) + len(self.paused) == self.total

    @property
    def all_paused(self) -> bool:
        """All repositories are paused."""
        return bool(self.paused) and len(self.paused) == self.total

    @property
    def worst(self) -> Repository | None:
        """The repository that has failed the longest."""
        return min(self.broken, key=lambda row: row.failing_since or row.created_at, default=None)


def polling_progress(repositories: Sequence[Repository]) -> PollingProgress:
    """The progress of `repositories`, without a query.

    A repository is pending until its first poll has succeeded, broken when its last poll failed, and neither of the two
    while it is paused.
    """
    active = [row for row in repositories if not row.paused]
    broken = tuple(row for row in active if row.status in _BROKEN)
    pending = [row for row in active if row.first_read_at is None and row.status not in _BROKEN]
    polled = [row.last_polled_at for row in repositories if row.last_polled_at]
    return PollingProgress(
        total=len(repositories),
        pending=len(pending),
        read_count=sum(row.read_count for row in pending),
        read_total=sum(row.read_total for row in pending),
        broken=broken,
        paused=tuple(row for row in repositories if row.paused),
        last_polled_at=max(polled, default=None),
    )
