"""When a repository is looked at next: its interval, its place within the interval, and how failures space the tries."""

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
class Pace:
    """What the interval of one repository depends on."""

    archived: bool = False
    hooked_at: datetime | None = None
    changed_at: datetime | None = None
    first_read_at: datetime | None = None


def cadence_of(pace: Pace, now: datetime) -> Cadence:
    """Quiet: nothing changed for 24 hours. Hooked: GitHub tells us itself, looks are only the safety net."""
    if pace.archived:
        return "archived"
    if pace.hooked_at is not None and now - pace.hooked_at < HOOK_TRUSTED:
        return "hooked"
    stirred = max((moment for moment in (pace.changed_at, pace.first_read_at) if moment), default=now)
    return "quiet" if now - stirred >= QUIET_AFTER else "lively"


def interval_of(cadence: Cadence, base: int, *, lively: int = 1, quiet: int = 1) -> int:
    """Seconds between two looks; `lively` and `quiet` are the factors of the plan that fits the budget."""
    if cadence == "archived":
        return max(base, ARCHIVED_SECONDS)
    if cadence == "hooked":
        return max(base * lively, HOOKED_SECONDS)
    return base * (quiet if cadence == "quiet" else lively)


def slots_for(repositories: int, batch: int) -> int:
    """Into how many places an interval is divided, so that each place holds one full batch."""
    return max(1, -(-repositories // max(1, batch)))


def next_slot(after: datetime, interval: int, slots: int, repository_id: int) -> datetime:
    """The first moment later than `after` that is this repository's place in the interval.

    Places are counted from a fixed moment, so looks neither drift nor queue up, whatever delayed the one before;
    neighbouring ids take different places, and those of one place share a probe.
    """
    phase = interval * (repository_id % slots) / slots
    turns = ((after - _EPOCH).total_seconds() - phase) // interval + 1
    return _EPOCH + timedelta(seconds=turns * interval + phase)


def backoff(failures: int, interval: int) -> timedelta:
    """How long to wait after the n-th failed look: the interval, doubling, five minutes at most."""
    doubled = interval * 2 ** min(max(failures - 1, 0), 16)
    return timedelta(seconds=min(doubled, max(interval, LONGEST_BACKOFF_SECONDS)))


def reconcile_offset(repository_id: int) -> timedelta:
    """How far into the six hours a repository's first reconciliation falls: spread, and always the same."""
    return RECONCILE_EVERY * ((repository_id * 2654435761 % 2**32) / 2**32)


def crosses(before: datetime, after: datetime, seconds: int) -> bool:
    """Whether a boundary of that many seconds lies between two moments: every n seconds, without a timer of its own."""
    return int((before - _EPOCH).total_seconds() // seconds) != int((after - _EPOCH).total_seconds() // seconds)
