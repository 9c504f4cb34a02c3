"""How often everything is looked at so that the hour's points suffice: quiet repositories are stretched first."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from monitor.polling.cadence import ARCHIVED_SECONDS, HOOKED_SECONDS, slots_for

# Of the hour's limit, what regular looks may take: the rest of our 80 % is for first looks, pushes and webhooks.
SHARE = 70
BUSY_SECONDS, IDLE_SECONDS = 45, 20


@dataclass(frozen=True, slots=True)
class Load:
    """How many repositories there are of each cadence, and how many open pull requests in all of them."""

    lively: int = 0
    quiet: int = 0
    hooked: int = 0
    archived: int = 0
    open: int = 0

    @property
    def repositories(self) -> int:
        return self.lively + self.quiet + self.hooked + self.archived


@dataclass(frozen=True, slots=True)
class Plan:
    """Factors on the interval, and seconds between two sweeps over settled checks and over the open ones."""

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


LADDER = (
    Plan(),
    Plan(quiet=2),
    Plan(quiet=5),
    Plan(quiet=5, checks_seconds=1800, reconcile_seconds=12 * 3600),
    Plan(lively=2, quiet=5, checks_seconds=1800, reconcile_seconds=12 * 3600),
    Plan(lively=2, quiet=10, checks_seconds=3600, reconcile_seconds=24 * 3600),
    Plan(lively=5, quiet=15, checks_seconds=3600, reconcile_seconds=24 * 3600),
    Plan(lively=10, quiet=30, checks_seconds=7200, reconcile_seconds=48 * 3600),
    Plan(lively=20, quiet=60, checks_seconds=14400, reconcile_seconds=96 * 3600),
)


def rung_for(load: Load, base: int, batch: int, limit: int, *, rung: int = 0, busy: float = 0.0) -> int:
    """The first rung of the ladder whose points fit; the last when none does, the first with no limit (0).

    `busy` is how many seconds of a minute GitHub spent answering while `rung` was in force. It allows about 60 of its
    own, and does not tell how many it counted: beyond 45 we go a rung further, and back only once there is room.
    """
    fitting = (at for at, plan in enumerate(LADDER) if fits(load, plan, base, batch, limit))
    first = next(fitting, len(LADDER) - 1)
    if busy > BUSY_SECONDS:
        return min(max(first, rung + 1), len(LADDER) - 1)
    if busy > IDLE_SECONDS:
        return max(first, rung)
    return max(first, rung - 1)


def fits(load: Load, plan: Plan, base: int, batch: int, limit: int) -> bool:
    """Whether the regular looks of an hour stay within their share of the limit."""
    return limit == 0 or points_per_hour(load, plan, base, batch) * 100 <= limit * SHARE


def points_per_hour(load: Load, plan: Plan, base: int, batch: int) -> float:
    """What the regular looks of an hour cost, by GitHub's formula: one point a batch of a hundred or fewer."""
    probes = (
        _turns(load.lively, batch, base * plan.lively)
        + _turns(load.quiet, batch, base * plan.quiet)
        + _turns(load.hooked, batch, max(base * plan.lively, HOOKED_SECONDS))
        + _turns(load.archived, batch, ARCHIVED_SECONDS)
    )
    pending = _turns((load.lively + load.quiet) // 10, 100, base * plan.lively)
    settled = _turns(load.open, 100, plan.checks_seconds)
    reconciled = load.repositories * 3600 / plan.reconcile_seconds
    owners = _turns(load.repositories, min(batch, 50), plan.owners_seconds)
    return probes + pending + settled + reconciled + owners


def _turns(things: int, batch: int, seconds: int) -> float:
    return slots_for(things, batch) * 3600 / seconds if things else 0.0
