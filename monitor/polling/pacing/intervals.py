"""Computes when the next look at a repository is: its interval, its place in the interval, the pause after failures."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

ARCHIVED_SECONDS = 3600
INACCESSIBLE_SECONDS = 3600
HOOKED_SECONDS = 300
LONGEST_BACKOFF_SECONDS = 300
HOOK_TRUSTED = timedelta(hours=24)
QUIET_AFTER = timedelta(hours=24)
RECONCILE_EVERY = timedelta(hours=6)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

Cadence = Literal["archived", "hooked", "quiet", "lively"]


@dataclass(frozen=True, slots=True)
class NextLook:
    """When a repository is due again, and its current interval in seconds."""

    at: datetime
    interval: int


@dataclass(frozen=True, slots=True)
class RepositoryActivity:
    """The columns of a repository that decide its interval."""

    archived: bool = False
    hooked_at: datetime | None = None
    changed_at: datetime | None = None
    first_read_at: datetime | None = None


def cadence_of(pace: RepositoryActivity, now: datetime) -> Cadence:
    """The cadence. Quiet: no change for 24 hours. Hooked: webhooks report changes, looks find only missed ones."""
    if pace.archived:
        return "archived"
    if pace.hooked_at is not None and now - pace.hooked_at < HOOK_TRUSTED:
        return "hooked"
    stirred = max((moment for moment in (pace.changed_at, pace.first_read_at) if moment), default=now)
    return "quiet" if now - stirred >= QUIET_AFTER else "lively"


def interval_of(cadence: Cadence, base: int, *, lively: int = 1, quiet: int = 1) -> int:
    """Seconds between two looks. `lively` and `quiet` are the factors of the current plan."""
    if cadence == "archived":
        return max(base, ARCHIVED_SECONDS)
    if cadence == "hooked":
        return max(base * lively, HOOKED_SECONDS)
    return base * (quiet if cadence == "quiet" else lively)


def slots_for(repositories: int, batch: int) -> int:
    """The number of places in an interval, so that one full batch of repositories shares each place."""
    return max(1, -(-repositories // max(1, batch)))


def next_slot(after: datetime, interval: int, slots: int, repository_id: int) -> datetime:
    """The first time after `after` at this repository's place in the interval.

    Places count from a fixed time, so a delayed look does not delay the later ones. Repositories with neighbouring ids
    have different places; repositories with the same place share a probe.
    """
    phase = interval * (repository_id % slots) / slots
    turns = ((after - _EPOCH).total_seconds() - phase) // interval + 1
    return _EPOCH + timedelta(seconds=turns * interval + phase)


def backoff(failures: int, interval: int) -> timedelta:
    """The pause after the n-th failed look: first the interval, then doubled each time, up to five minutes."""
    doubled = interval * 2 ** min(max(failures - 1, 0), 16)
    return timedelta(seconds=min(doubled, max(interval, LONGEST_BACKOFF_SECONDS)))


def reconcile_offset(repository_id: int) -> timedelta:
    """The repository's offset within the six hours between reconciliations: constant, and spread over repositories."""
    return RECONCILE_EVERY * ((repository_id * 2654435761 % 2**32) / 2**32)


def crosses_boundary(before: datetime, after: datetime, seconds: int) -> bool:
    """Whether a multiple of `seconds` lies between two times: a way to act every n seconds without a stored timer."""
    return int((before - _EPOCH).total_seconds() // seconds) != int((after - _EPOCH).total_seconds() // seconds)
