"""Refreshes, at longer intervals, what probes do not show: checks, the list of open pull requests, CODEOWNERS files."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github.client import Client
from monitor.models import Repository
from monitor.polling.fault_isolation import log_faults
from monitor.polling.looks import look_outcome
from monitor.polling.looks.checks_due import pull_requests_with_checks_due
from monitor.polling.looks.checks_refresh import ChecksRefresh
from monitor.polling.looks.open_pull_requests import save_position
from monitor.polling.looks.pull_request_reader import PullRequestReader
from monitor.polling.looks.reconciliation import reconcile
from monitor.polling.pacing.current_plan import PollingPlan
from monitor.polling.pacing.leases import Lease

log = logging.getLogger(__name__)
OWNERS_RETRY = timedelta(minutes=5)
FAILED = "Could not sweep %s"


class PeriodicRefreshes:
    """The due refreshes for the repositories of one look. A failed refresh is tried again; the look does not fail."""

    def __init__(self, client: Client, plan: PollingPlan, lease: Lease, deadline: Deadline) -> None:
        self.client, self.plan, self.lease, self.deadline = client, plan, lease, deadline
        self.reader = PullRequestReader(client, lease, deadline)

    def run(self, repositories: Sequence[Repository]) -> dict[int, look_outcome.Columns]:
        """The columns to write, by repository."""
        now = timezone.now()
        columns: dict[int, look_outcome.Columns] = {repository.pk: {} for repository in repositories}
        with log_faults(log, FAILED, "the checks"):
            settled = {repository.pk for repository in repositories if self.checks_due(repository, now)}
            if ChecksRefresh(self.client, self.reader, self.deadline).run(
                pull_requests_with_checks_due(repositories, settled, now)
            ):
                for pk in settled - self.reader.reading.broken:
                    columns[pk]["checks_swept_at"] = now
        for repository in repositories:
            with self.reader.isolate_errors_of(repository):
                if self.reconciliation_due(repository, now) and self.reconcile(repository, now):
                    columns[repository.pk]["reconciled_at"] = now
        with log_faults(log, FAILED, "the code owners"):
            due = self.owners_due(repositories, now)
            done = self.reader.ownership_refresh.refresh(due)
            for pk in (one.pk for one in due):
                columns[pk]["owners_checked_at"] = now if pk in done else self.owners_retried_at(now)
        return columns

    def checks_due(self, repository: Repository, now: datetime) -> bool:
        """Whether settled checks are due, too."""
        done, every = repository.checks_swept_at, timedelta(seconds=self.plan.factors.checks_seconds)
        return done is None or not done <= now < done + every

    def reconciliation_due(self, repository: Repository, now: datetime) -> bool:
        """Whether a reconciliation is due: regularly, and after an outage in which looks may have missed closings."""
        done, every = repository.reconciled_at, timedelta(seconds=self.plan.factors.reconcile_seconds)
        return done is None or look_outcome.was_away(repository, now) or not done <= now < done + every

    def reconcile(self, repository: Repository, now: datetime) -> bool:
        """Compares the open pull requests; after an outage from the start of the list, because any may have closed."""
        if look_outcome.was_away(repository, now) and repository.listing is not None:
            save_position(repository, None, self.lease)
        return reconcile(repository, self.client, self.reader, self.lease, self.deadline)

    def owners_due(self, repositories: Sequence[Repository], now: datetime) -> list[Repository]:
        """The repositories whose CODEOWNERS files are due; with one, also all that have waited half the time.

        So one query serves many repositories.
        """
        every = self.plan.factors.owners_seconds
        ages = {one.pk: _seconds_since(one.owners_checked_at, now, every) for one in repositories}
        return (
            [one for one in repositories if ages[one.pk] >= every / 2] if max(ages.values(), default=0) >= every else []
        )

    def owners_retried_at(self, now: datetime) -> datetime:
        """The check time of an unread CODEOWNERS file: due in five minutes, not at once, as GitHub may fail again."""
        return now - timedelta(seconds=self.plan.factors.owners_seconds) + OWNERS_RETRY


def _seconds_since(moment: datetime | None, now: datetime, never: int) -> float:
    """The seconds since `moment`; `never` for no time and for a time in the future."""
    return never if moment is None or moment > now else (now - moment).total_seconds()
