"""Throttles polling if the hour's points do not suffice: longer intervals, first for repositories without changes."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from monitor.polling.pacing.intervals import ARCHIVED_SECONDS, HOOKED_SECONDS, slots_for

# The percentage of the hourly limit for regular looks. The rest of prmonitor's 80 % is for first looks, pushes and
# webhooks.
SHARE = 70
BUSY_SECONDS, IDLE_SECONDS = 45, 20


@dataclass(frozen=True, slots=True)
class PollingLoad:
    """The number of repositories per cadence, and of open pull requests in all of them."""

    lively: int = 0
    quiet: int = 0
    hooked: int = 0
    archived: int = 0
    open: int = 0

    @property
    def repositories(self) -> int:
        return self.lively + self.quiet + self.hooked + self.archived


@dataclass(frozen=True, slots=True)
class IntervalFactors:
    """Factors for the intervals, and the seconds between two refreshes of settled checks and two reconciliations."""

    lively: int = 1
    quiet: int = 1
    checks_seconds: int = 900
    reconcile_seconds: int = 6 * 3600

    @property
    def owners_seconds(self) -> int:
        """Seconds between two looks at CODEOWNERS."""
        return 2 * self.checks_seconds

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """The plan behind `to_json`; what is missing takes its default."""
        known = {name: plain[name] for name in cls.__dataclass_fields__ if name in plain}
        return cls(**known)


THROTTLE_LEVELS = (
    IntervalFactors(),
    IntervalFactors(quiet=2),
    IntervalFactors(quiet=5),
    IntervalFactors(quiet=5, checks_seconds=1800, reconcile_seconds=12 * 3600),
    IntervalFactors(lively=2, quiet=5, checks_seconds=1800, reconcile_seconds=12 * 3600),
    IntervalFactors(lively=2, quiet=10, checks_seconds=3600, reconcile_seconds=24 * 3600),
    IntervalFactors(lively=5, quiet=15, checks_seconds=3600, reconcile_seconds=24 * 3600),
    IntervalFactors(lively=10, quiet=30, checks_seconds=7200, reconcile_seconds=48 * 3600),
    IntervalFactors(lively=20, quiet=60, checks_seconds=14400, reconcile_seconds=96 * 3600),
)


def throttle_level_for(
    load: PollingLoad, base: int, batch: int, limit: int, *, level: int = 0, busy: float = 0.0
) -> int:
    """The index of the first level whose points fit into the limit; the last level if none fits.

    Without a limit (0) every level fits. `busy`: the seconds per minute that GitHub needed for its answers at `level`.
    GitHub allows about 60 seconds by its own count, which it does not reveal. Above 45, the next level applies; the way
    back needs a value below 20.
    """
    fitting = (at for at, plan in enumerate(THROTTLE_LEVELS) if fits(load, plan, base, batch, limit))
    first = next(fitting, len(THROTTLE_LEVELS) - 1)
    if busy > BUSY_SECONDS:
        return min(max(first, level + 1), len(THROTTLE_LEVELS) - 1)
    if busy > IDLE_SECONDS:
        return max(first, level)
    return max(first, level - 1)


def fits(load: PollingLoad, plan: IntervalFactors, base: int, batch: int, limit: int) -> bool:
    """Whether the regular looks of an hour stay within their share of the limit. A limit of 0 means no limit."""
    return limit == 0 or points_per_hour(load, plan, base, batch) * 100 <= limit * SHARE


def points_per_hour(load: PollingLoad, plan: IntervalFactors, base: int, batch: int) -> float:
    """The cost of an hour's regular looks by GitHub's formula: one point per batch of at most 100."""
    probes = (
        _queries_per_hour(load.lively, batch, base * plan.lively)
        + _queries_per_hour(load.quiet, batch, base * plan.quiet)
        + _queries_per_hour(load.hooked, batch, max(base * plan.lively, HOOKED_SECONDS))
        + _queries_per_hour(load.archived, batch, ARCHIVED_SECONDS)
    )
    pending = _queries_per_hour((load.lively + load.quiet) // 10, 100, base * plan.lively)
    settled = _queries_per_hour(load.open, 100, plan.checks_seconds)
    reconciled = load.repositories * 3600 / plan.reconcile_seconds
    owners = _queries_per_hour(load.repositories, min(batch, 50), plan.owners_seconds)
    return probes + pending + settled + reconciled + owners


def _queries_per_hour(things: int, batch: int, seconds: int) -> float:
    return slots_for(things, batch) * 3600 / seconds if things else 0.0
