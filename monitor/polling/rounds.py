"""Runs rounds: looks at batch after batch until nothing is due or the time is over; for the task and the command."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from monitor.background import schedules
from monitor.background.database_outage import DATABASE_OUTAGE
from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Unavailable
from monitor.github.rate_limit_policy import pause_after
from monitor.models import Repository
from monitor.polling import heartbeats
from monitor.polling.hints import webhook_processing
from monitor.polling.looks import look_outcome, status_messages
from monitor.polling.looks.first_look import REPOSITORIES_AT_ONCE, FirstLook
from monitor.polling.looks.regular_look import Outcomes, RegularLook
from monitor.polling.pacing import leases
from monitor.polling.pacing.current_plan import current_plan_for
from monitor.polling.pacing.next_batch import due_repositories, next_batch

log = logging.getLogger(__name__)
# A task has 50 s: a round starts no batch after 25 s, and its last query ends within 15 s.
ROUND_SECONDS = 25
SOONEST, LATEST = timedelta(seconds=1), timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class BatchReport:
    """The result of one batch.

    `unfinished`: repositories with an unfinished look. `first_looks`: repositories with a first look. `answered`: GitHub answered.
    `error`: why GitHub could not be asked. `fault`: an exception in prmonitor. If all are empty, there was no due
    repository.
    """

    repositories: list[Repository] = field(default_factory=list)
    outcomes: Outcomes = field(default_factory=dict)
    events: dict[int, int] = field(default_factory=dict)
    unfinished: set[int] = field(default_factory=set)
    first_looks: frozenset[int] = frozenset()
    answered: bool = False
    error: GitHubError | None = None
    fault: Exception | None = None


def run_due(seconds: float = ROUND_SECONDS) -> int:
    """Looks at the due repositories and schedules the next round; returns how many repositories were looked at."""
    deadline = Deadline(seconds)
    looks, reports = 0, list[BatchReport]()
    while not deadline.over:
        _follow_hints(deadline)
        # While this worker is busy, another one may take the next batch. Scheduled only once, to avoid many idle tasks.
        report = look_at_next_batch(
            due_repositories(timezone.now()), deadline, claimed=None if looks else schedule_next_round
        )
        if report is None:
            break
        looks += len(report.repositories)
        reports.append(report)
    schedule_next_round()
    _record_heartbeats(reports)
    return looks


def _follow_hints(deadline: Deadline) -> None:
    """Follows webhook hints before each batch, so that they never wait for a long round. An error does not end the round.

    A database outage does end it; the next scheduled round tries again.
    """
    try:
        webhook_processing.process_hints(deadline)
    except DATABASE_OUTAGE:
        raise
    except Exception:
        log.exception("Hints of webhooks could not be followed")


def run_all(pks: Collection[int], watch: Callable[[BatchReport], None]) -> None:
    """A manual round: looks at these repositories now, due or not, until each look is complete."""
    left = set(pks)
    while left:
        free = Repository.objects.filter(leases.without_lease(timezone.now()), pk__in=left).order_by(
            "first_read_at", "pk"
        )
        report = look_at_next_batch(free, Deadline(None), only_due=False)
        if report is None:
            break
        left -= {repository.pk for repository in report.repositories if repository.pk not in report.unfinished}
        watch(report)


def look_at_next_batch(
    rows: QuerySet[Repository],
    deadline: Deadline,
    *,
    only_due: bool = True,
    claimed: Callable[[], None] | None = None,
) -> BatchReport | None:
    """Claims the next batch among `rows` and looks at it; None if there are no rows."""
    batch = next_batch(rows, _batch_size_for, REPOSITORIES_AT_ONCE)
    if batch is None:
        return None
    # Without a client, the next question concerns all rows: all of them wait for it.
    pks = batch.pks if batch.client else list(rows.values_list("pk", flat=True))
    lease = leases.claim_repositories(pks, timezone.now(), only_due=only_due)
    if not lease.repositories:
        return BatchReport()
    if claimed is not None:
        claimed()
    if batch.client is None:
        return _report_unasked(lease, batch.error or GitHubError("GitHub cannot be asked."))
    return _look_at(batch.client, lease, deadline, first=batch.is_first_look)


def _look_at(client: Client, lease: leases.Lease, deadline: Deadline, *, first: bool) -> BatchReport:
    """Looks at the repositories of a lease. A database outage ends the round; the lease expires later."""
    look: RegularLook | None = None
    try:
        plan = current_plan_for(client.identity, timezone.now())
        look = (FirstLook if first else RegularLook)(client, lease, plan, deadline)
        outcomes = look.run()
    except DATABASE_OUTAGE:
        raise  # no row can be written now
    except Exception as fault:
        # An error in prmonitor: the rows state it, and the round continues with the next batch.
        log.exception("A look at %s repositories failed", len(lease.repositories))
        outcomes = _fail_all(lease, fault)
        return BatchReport(lease.repositories, outcomes, answered=look is not None and look.answered, fault=fault)
    first_looks = frozenset(outcomes) if first else frozenset()
    return BatchReport(
        lease.repositories, outcomes, look.events, look.unfinished, first_looks, look.answered, look.error
    )


def _batch_size_for(client: Client) -> int:
    return rate_limit_budget.rate_limit_for(client.identity).batch_size


def _report_unasked(lease: leases.Lease, error: GitHubError) -> BatchReport:
    log.warning("GitHub could not be asked: %s", error)
    return BatchReport(lease.repositories, _fail_all(lease, error), error=error)


def _fail_all(lease: leases.Lease, error: Exception) -> Outcomes:
    """Ends a lease without a look: each row states the reason and the time of the next try."""
    now, interval, until = timezone.now(), settings.POLLING_INTERVAL_SECONDS, getattr(error, "until", None)
    if isinstance(error, Unavailable):
        until = pause_after(error, 0, now, interval)
    what = status_messages.what_failed(error)
    outcomes = {
        one.pk: look_outcome.failed(one, what, now, interval=interval, until=until) for one in lease.repositories
    }
    lease.give_back(outcomes)
    return outcomes


def schedule_next_round() -> None:
    """Schedules the next round for the time when a repository is due: in one second at the earliest, 30 at the latest."""
    now = timezone.now()
    due = leases.next_due_at(now) or now + LATEST
    schedules.run_no_later_than(schedules.POLL, min(max(due, now + SOONEST), now + LATEST))


def _record_heartbeats(reports: Sequence[BatchReport]) -> None:
    """Records the heartbeats of polling and GitHub. A batch without repositories says nothing about either."""
    fault = next((report.fault for report in reports if report.fault), None)
    if any(report.repositories and not report.fault for report in reports):
        heartbeats.record_success(heartbeats.POLL)
    elif fault:
        heartbeats.record_failure(heartbeats.POLL, status_messages.what_failed(fault))
    else:
        heartbeats.record_alive(heartbeats.POLL)
    error = next((report.error for report in reports if report.error), None)
    if any(report.answered for report in reports):
        heartbeats.record_success(heartbeats.GITHUB)
    elif error:
        heartbeats.record_failure(heartbeats.GITHUB, str(error))
