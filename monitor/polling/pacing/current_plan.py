"""Computes the polling plan of a credential once per minute, and stores it in the `RateLimit` row."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count

from monitor.github.errors import GitHubError
from monitor.github.identities import client_for
from monitor.github.rate_limit_budget import CLOCK_SLACK, rate_limit_for
from monitor.models import PullRequest, RateLimit, Repository
from monitor.polling.pacing.batch_size import BatchSize
from monitor.polling.pacing.intervals import (
    Cadence,
    NextLook,
    RepositoryActivity,
    cadence_of,
    interval_of,
    next_slot,
    slots_for,
)
from monitor.polling.pacing.leases import watched_repositories
from monitor.polling.pacing.throttle_levels import THROTTLE_LEVELS, IntervalFactors, PollingLoad, throttle_level_for

PLAN_LASTS = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class PollingPlan:
    """How one credential polls now: how many repositories there are, how often, and how many per query.

    `base` is the setting POLLING_INTERVAL_SECONDS.
    """

    load: PollingLoad
    factors: IntervalFactors
    size: BatchSize
    base: int

    def interval(self, repository: Repository, now: datetime) -> int:
        """Seconds between two looks at this repository."""
        return interval_of(_cadence(repository, now), self.base, lively=self.factors.lively, quiet=self.factors.quiet)

    def next_look(self, repository: Repository, now: datetime) -> NextLook:
        """When the next look at a repository is: at its own place among the repositories of its cadence."""
        interval = self.interval(repository, now)
        slots = slots_for(getattr(self.load, _cadence(repository, now)), self.size.batch)
        return NextLook(next_slot(now, interval, slots, repository.pk), interval)


def _cadence(repository: Repository, now: datetime) -> Cadence:
    pace = RepositoryActivity(
        repository.archived, repository.hooked_at, repository.changed_at, repository.first_read_at
    )
    return cadence_of(pace, now)


def current_plan_for(identity: str, now: datetime) -> PollingPlan:
    """The stored plan, or a new one if the stored plan is a minute old."""
    row = rate_limit_for(identity)
    size = BatchSize(row.batch_size, row.fast_answers)
    base = settings.POLLING_INTERVAL_SECONDS
    current = row.planned_at is not None and row.planned_at - CLOCK_SLACK <= now < row.planned_at + PLAN_LASTS
    if current and row.plan.get("base") == base:
        return PollingPlan(PollingLoad(**row.plan["load"]), IntervalFactors.from_json(row.plan["plan"]), size, base)
    load = _count_load(identity, now)
    level = throttle_level_for(
        load, base, size.batch, row.limit, level=row.plan.get("rung", 0), busy=_answer_seconds_per_minute(row, now)
    )
    kept = {"base": base, "load": asdict(load), "plan": THROTTLE_LEVELS[level].to_json(), "rung": level}
    RateLimit.objects.filter(pk=row.pk).update(plan=kept, planned_at=now, seconds=0)
    return PollingPlan(load, THROTTLE_LEVELS[level], size, base)


def _answer_seconds_per_minute(row: RateLimit, now: datetime) -> float:
    """How many seconds per minute GitHub needed for its answers since the last plan."""
    if row.planned_at is None or now - row.planned_at < PLAN_LASTS:
        return 0.0
    return row.seconds * 60 / (now - row.planned_at).total_seconds()


def _count_load(identity: str, now: datetime) -> PollingLoad:
    """The number of repositories and open pull requests of this credential; an App has one credential per owner."""
    counts = {"archived": 0, "hooked": 0, "quiet": 0, "lively": 0}
    rows = watched_repositories().values_list("pk", "full_name", "archived", "hooked_at", "changed_at", "first_read_at")
    ours = [
        (pk, RepositoryActivity(archived, hooked_at, changed_at, first_read_at))
        for pk, full_name, archived, hooked_at, changed_at, first_read_at in rows
        if _is_read_by(identity, full_name)
    ]
    for _, pace in ours:
        counts[cadence_of(pace, now)] += 1
    by_repository = PullRequest.objects.filter(state="open").order_by().values_list("repository")
    opened = dict(by_repository.annotate(Count("pk")))
    return PollingLoad(**counts, open=sum(opened.get(pk, 0) for pk, _ in ours))


def _is_read_by(identity: str, full_name: str) -> bool:
    try:
        return client_for(full_name.partition("/")[0]).identity == identity
    except GitHubError:
        return False
