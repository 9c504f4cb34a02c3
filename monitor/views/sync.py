"""How reading goes: what is still on its first look, what cannot be read, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.models import Repository

_BROKEN = {Repository.Status.ERROR, Repository.Status.INACCESSIBLE}


@dataclass(frozen=True, slots=True)
class Sync:
    """The reading of a reader's repositories, in numbers."""

    total: int
    pending: int
    read_count: int
    read_total: int
    broken: tuple[Repository, ...]
    paused: tuple[Repository, ...]
    last_polled_at: datetime | None

    @property
    def done(self) -> int:
        """Repositories whose first look has ended."""
        return self.total - self.pending

    @property
    def all_broken(self) -> bool:
        """Nothing of it can be read."""
        return bool(self.broken) and len(self.broken) + len(self.paused) == self.total

    @property
    def all_paused(self) -> bool:
        """Nothing of it is looked at."""
        return bool(self.paused) and len(self.paused) == self.total

    @property
    def worst(self) -> Repository | None:
        """The repository that has failed the longest."""
        return min(self.broken, key=lambda row: row.failing_since or row.created_at, default=None)


def sync_of(repositories: Sequence[Repository]) -> Sync:
    """Counts over repositories already read from the database.

    What failed its first look is broken, not pending; what is paused is neither, whatever came before.
    """
    looked_at = [row for row in repositories if not row.paused]
    broken = tuple(row for row in looked_at if row.status in _BROKEN)
    pending = [row for row in looked_at if row.first_read_at is None and row.status not in _BROKEN]
    polled = [row.last_polled_at for row in repositories if row.last_polled_at]
    return Sync(
        total=len(repositories),
        pending=len(pending),
        read_count=sum(row.read_count for row in pending),
        read_total=sum(row.read_total for row in pending),
        broken=broken,
        paused=tuple(row for row in repositories if row.paused),
        last_polled_at=max(polled, default=None),
    )
