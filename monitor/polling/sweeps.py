"""What a probe cannot see: checks move without moving a pull request, and closings may have been missed."""

import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import Checks
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.models import PullRequest, Repository
from monitor.polling import fate
from monitor.polling.apart import apart
from monitor.polling.batching import halves, parts
from monitor.polling.comparing import swept
from monitor.polling.deadline import Deadline
from monitor.polling.details import Reader, checks_of, quarantined
from monitor.polling.leases import Lease
from monitor.polling.open_ones import Open, moved, news_in, open_in
from monitor.polling.open_pages import keep
from monitor.polling.reconciling import reconcile
from monitor.polling.round_plan import Standing

log = logging.getLogger(__name__)
BATCH = 100
# As many as it takes to come from a hundred down to the one that GitHub fails on.
OVERLOADS_AT_MOST = 8
AGAIN = timedelta(minutes=5)
# Tried again: a sweep that fails takes nothing from the look, which has worked.
FAILED = "Could not sweep %s"


class Sweeps:
    """The sweeps due in the repositories of one look. What fails here is tried again; the look itself has worked."""

    def __init__(self, client: Client, standing: Standing, lease: Lease, deadline: Deadline) -> None:
        self.client, self.standing, self.lease, self.deadline = client, standing, lease, deadline
        self.reader = Reader(client, lease, deadline)

    def run(self, repositories: Sequence[Repository]) -> dict[int, fate.Columns]:
        """Columns to write for each repository that was swept."""
        now = timezone.now()
        columns: dict[int, fate.Columns] = {repository.pk: {} for repository in repositories}
        with apart(log, FAILED, "the checks"):
            settled = {repository.pk for repository in repositories if self.checks_due(repository, now)}
            if self.sweep_checks(open_in(repositories, settled, now)):
                for pk in settled - self.reader.reading.broken:
                    columns[pk]["checks_swept_at"] = now
        for repository in repositories:
            with self.reader.answering_for(repository):
                if self.reconciliation_due(repository, now) and self.reconcile(repository, now):
                    columns[repository.pk]["reconciled_at"] = now
        with apart(log, FAILED, "the code owners"):
            due = self.owners_due(repositories, now)
            done = self.reader.owning.check(due)
            for pk in (one.pk for one in due):
                columns[pk]["owners_checked_at"] = now if pk in done else self.owners_again(now)
        return columns

    def checks_due(self, repository: Repository, now: datetime) -> bool:
        """Whether settled checks are looked at again, too."""
        done, every = repository.checks_swept_at, timedelta(seconds=self.standing.plan.checks_seconds)
        return done is None or not done <= now < done + every

    def reconciliation_due(self, repository: Repository, now: datetime) -> bool:
        """Every six hours, and after every time in which closings may have been missed."""
        done, every = repository.reconciled_at, timedelta(seconds=self.standing.plan.reconcile_seconds)
        return done is None or fate.was_away(repository, now) or not done <= now < done + every

    def reconcile(self, repository: Repository, now: datetime) -> bool:
        """Compares what is open there; after an outage from the beginning, because what closed in it may be anywhere."""
        if fate.was_away(repository, now) and repository.listing is not None:
            keep(repository, None, self.lease)
        return reconcile(repository, self.client, self.reader, self.lease, self.deadline)

    def owners_due(self, repositories: Sequence[Repository], now: datetime) -> list[Repository]:
        """Where CODEOWNERS is to be looked at again; who is half-way there comes along, so that one question does."""
        every = self.standing.plan.owners_seconds
        ages = {one.pk: _age(one.owners_checked_at, now, every) for one in repositories}
        return (
            [one for one in repositories if ages[one.pk] >= every / 2] if max(ages.values(), default=0) >= every else []
        )

    def owners_again(self, now: datetime) -> datetime:
        """What could not be read is due in a few minutes, not at every look: GitHub may fail on it each time."""
        return now - timedelta(seconds=self.standing.plan.owners_seconds) + AGAIN

    def sweep_checks(self, wanted: Sequence[Open]) -> bool:
        """Sweeps, the urgent first; False when not all of it could be asked. GitHub fails on one: that one is put aside."""
        now, overloads = timezone.now(), 0
        peaceful = (one for one in wanted if not quarantined(one.repository, checks_of(one.node_id), now))
        queue = deque(parts(sorted(peaceful, key=lambda one: not one.urgent), BATCH))
        while queue and not self.deadline.over and overloads <= OVERLOADS_AT_MOST:
            part = queue.popleft()
            try:
                self.sweep_part(part)
            except Overloaded as error:
                overloads += 1
                if len(part) > 1:
                    queue.extendleft(reversed(halves(part)))
                elif overloads > 1:
                    self.reader.quarantine(part[0].repository, checks_of(part[0].node_id), error)
                else:
                    return False  # alone from the beginning: it may be GitHub as a whole
            except GitHubError as error:
                log.info("The checks of %s pull requests could not be read: %s", len(part), error)
                return False
        return not queue

    def sweep_part(self, part: Sequence[Open]) -> None:
        ids = [one.node_id for one in part]
        purpose = Purpose.CHECKS if part[0].urgent else Purpose.SWEEP
        answer = budget.ask(self.client.identity, purpose, 1, lambda: self.client.checks(ids))
        self.take([(one, answer.found[one.node_id]) for one in part if one.node_id in answer.found])

    def take(self, pairs: Sequence[tuple[Open, Checks]]) -> None:
        """Reads in full what moved otherwise, and records the checks of the rest."""
        self.reader.read([(one.repository, one.node_id) for one, checks in pairs if moved(one, checks)])
        changed = {one.node_id: (one, checks) for one, checks in pairs if news_in(one, checks)}
        rows = PullRequest.objects.filter(node_id__in=changed).in_bulk(field_name="node_id") if changed else {}
        for repository in {one.repository for one, _ in changed.values()}:
            with self.reader.answering_for(repository):
                said = [
                    after
                    for node_id, (one, checks) in changed.items()
                    if one.repository == repository and node_id in rows and (after := swept(rows[node_id].seen, checks))
                ]
                self.reader.record(repository, said, timezone.now(), in_full=False)


def _age(moment: datetime | None, now: datetime, never: int) -> float:
    """Seconds since then; what never was, or is still to come, is as old as `never`."""
    return never if moment is None or moment > now else (now - moment).total_seconds()
