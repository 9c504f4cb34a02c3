"""The plan in force for one credential: counted anew once a minute, kept in its budget's row."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count

from monitor.github.budget import CLOCK_SLACK, row_of
from monitor.github.errors import GitHubError
from monitor.github.identities import client_for
from monitor.models import PullRequest, RateLimit, Repository
from monitor.polling.batching import Size
from monitor.polling.cadence import Cadence, Pace, cadence_of, interval_of, next_slot, slots_for
from monitor.polling.fate import Next
from monitor.polling.leases import watched
from monitor.polling.planning import LADDER, Load, Plan, rung_for

PLAN_LASTS = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one credential at this moment: how much there is to look at, how often, and how many at once."""

    load: Load
    plan: Plan
    size: Size
    base: int

    def interval(self, repository: Repository, now: datetime) -> int:
        """Seconds between two looks at this repository."""
        return interval_of(_cadence(repository, now), self.base, lively=self.plan.lively, quiet=self.plan.quiet)

    def next(self, repository: Repository, now: datetime) -> Next:
        """When it is looked at next, in its own place among those of its cadence."""
        interval = self.interval(repository, now)
        slots = slots_for(getattr(self.load, _cadence(repository, now)), self.size.batch)
        return Next(next_slot(now, interval, slots, repository.pk), interval)


def _cadence(repository: Repository, now: datetime) -> Cadence:
    pace = Pace(repository.archived, repository.hooked_at, repository.changed_at, repository.first_read_at)
    return cadence_of(pace, now)


def standing_of(identity: str, now: datetime) -> Standing:
    """The standing plan, made anew when the last one is a minute old."""
    row = row_of(identity)
    size = Size(row.batch_size, row.fast_answers)
    base = settings.POLLING_INTERVAL_SECONDS
    current = row.planned_at is not None and row.planned_at - CLOCK_SLACK <= now < row.planned_at + PLAN_LASTS
    if current and row.plan.get("base") == base:
        return Standing(Load(**row.plan["load"]), Plan.from_json(row.plan["plan"]), size, base)
    load = _load(identity, now)
    rung = rung_for(load, base, size.batch, row.limit, rung=row.plan.get("rung", 0), busy=_busy(row, now))
    kept = {"base": base, "load": asdict(load), "plan": LADDER[rung].to_json(), "rung": rung}
    RateLimit.objects.filter(pk=row.pk).update(plan=kept, planned_at=now, seconds=0)
    return Standing(load, LADDER[rung], size, base)


def _busy(row: RateLimit, now: datetime) -> float:
    """Seconds of each minute that GitHub spent answering since the last plan."""
    if row.planned_at is None or now - row.planned_at < PLAN_LASTS:
        return 0.0
    return row.seconds * 60 / (now - row.planned_at).total_seconds()


def _load(identity: str, now: datetime) -> Load:
    """What there is to look at with this credential: an App has one for each owner it is installed for."""
    counts = {"archived": 0, "hooked": 0, "quiet": 0, "lively": 0}
    rows = watched().values_list("pk", "full_name", "archived", "hooked_at", "changed_at", "first_read_at")
    ours = [
        (pk, Pace(archived, hooked_at, changed_at, first_read_at))
        for pk, full_name, archived, hooked_at, changed_at, first_read_at in rows
        if _reads(identity, full_name)
    ]
    for _, pace in ours:
        counts[cadence_of(pace, now)] += 1
    by_repository = PullRequest.objects.filter(state="open").order_by().values_list("repository")
    opened = dict(by_repository.annotate(Count("pk")))
    return Load(**counts, open=sum(opened.get(pk, 0) for pk, _ in ours))


def _reads(identity: str, full_name: str) -> bool:
    try:
        return client_for(full_name.partition("/")[0]).identity == identity
    except GitHubError:
        return False
