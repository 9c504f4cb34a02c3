"""Looks at a batch of repositories: probes them, reads changed pull requests, then refreshes what is due."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from monitor.background.database_outage import DATABASE_OUTAGE
from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.answers import GitHubAnswer, ProbedRepository
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.github.rate_limit_policy import Purpose
from monitor.models import RateLimit, Repository
from monitor.polling.credential_checks import note_single_sign_on
from monitor.polling.looks import look_outcome, repository_metadata, status_messages
from monitor.polling.looks.changed_pull_requests import find_changed_pull_requests, stored_pull_requests
from monitor.polling.looks.periodic_refreshes import PeriodicRefreshes
from monitor.polling.looks.pull_request_reader import PullRequestReader, ReadingProgress
from monitor.polling.pacing import batch_size
from monitor.polling.pacing.current_plan import PollingPlan
from monitor.polling.pacing.leases import Lease
from monitor.rules.quarantine import due_again, failing_since, unread_pull_requests

log = logging.getLogger(__name__)
ROWS = 10
RETRIES = 2  # a question that GitHub fails on may take ten seconds
Outcomes = dict[int, look_outcome.Columns]


class RegularLook:
    """A look at the repositories of one lease.

    `outcomes`: the columns to write, by repository. `events`: how many events the look wrote, by repository. `unfinished`:
    the repositories with an unfinished look. `answered`: whether GitHub answered the probe.
    """

    rows = ROWS

    def __init__(self, client: Client, lease: Lease, plan: PollingPlan, deadline: Deadline) -> None:
        self.client, self.lease, self.plan, self.deadline = client, lease, plan, deadline
        self.by_id = {repository.node_id: repository for repository in lease.repositories}
        self.outcomes: Outcomes = {}
        self.events: dict[int, int] = {}
        self.unfinished: set[int] = set()
        self.error: GitHubError | None = None
        self.answered = False
        self.began = timezone.now()

    def run(self) -> Outcomes:
        """Looks at the repositories, and ends the lease with their outcomes."""
        answer = self.probe()
        if answer is not None:
            there = ((self.by_id[node_id], probed) for node_id, probed in answer.found.items())
            self.read_changes(
                [(repository, probed) for repository, probed in there if repository.pk not in self.outcomes]
            )
        self.lease.give_back(self.outcomes)
        return self.outcomes

    def read_changes(self, found: list[tuple[Repository, ProbedRepository]]) -> None:
        """Reads the changed pull requests of the probed repositories, and runs the due refreshes."""
        reader = PullRequestReader(self.client, self.lease, self.deadline)
        reading = reader.read(find_changed_pull_requests(found, self.client, self.lease, self.deadline))
        self.retry_quarantined(reader, [repository for repository, _ in found])
        whole = [repository for repository, _ in found if reading.is_whole(repository)]
        # Refreshes have their own reader: an error in a refresh does not make the look fail.
        refreshes = PeriodicRefreshes(self.client, self.plan, self.lease, self.deadline)
        refreshed = refreshes.run(whole)
        for pk, count in refreshes.reader.reading.events.items():
            reading.events[pk] = reading.events.get(pk, 0) + count
        now = timezone.now()
        for repository, _ in found:
            left: look_outcome.Columns = (
                {"owners_checked_at": None} if repository.pk in reader.ownership_refresh.incomplete else {}
            )
            self.outcomes[repository.pk] = (
                self.columns_for(repository, reading, now) | left | refreshed.get(repository.pk, {})
            )
        self.events = reading.events

    def retry_quarantined(self, reader: PullRequestReader, repositories: Sequence[Repository]) -> None:
        """Asks again for pull requests that GitHub failed on.

        Those that the first look could not read are recorded as it would have done: silently.
        """
        now = timezone.now()
        due = [(one, node_id) for one in repositories for node_id in due_again(one.quarantine, now)][:RETRIES]
        known = stored_pull_requests(node_id for _, node_id in due)
        for repository, node_id in due:
            since, watched_since = failing_since(repository.quarantine, node_id), repository.first_read_at
            unread_at_first = since and watched_since and since < watched_since and node_id not in known
            (reader.as_first_look() if unread_at_first else reader).retry(repository, node_id)

    def columns_for(self, repository: Repository, reading: ReadingProgress, now: datetime) -> look_outcome.Columns:
        """The columns after the changed pull requests of a repository were read, or could not be read."""
        if error := reading.errors.get(repository.pk):
            return self.failure_columns(repository, error, now)
        if repository.pk in reading.left:
            self.unfinished.add(repository.pk)
            return look_outcome.unfinished(repository, now)
        changed: look_outcome.Columns = {}
        if reading.events.get(repository.pk):
            repository.changed_at = now
            changed = {"changed_at": now}
        unread = unread_pull_requests(repository.quarantine)
        again = self.plan.next_look(repository, now)
        return look_outcome.succeeded(repository, self.began, again, unread) | changed

    def probe(self) -> GitHubAnswer[ProbedRepository] | None:
        """Probes all repositories of the lease; None if that failed. Then their outcomes state the error."""
        ids, rows = list(self.by_id), self.rows
        try:
            answer = rate_limit_budget.ask(self.client, Purpose.PROBE, 1, lambda: self.client.probe(ids, rows))
        except GitHubError as error:
            self.set_probe_failure(error)
            return None
        self.answered = True
        self.save_batch_size(batch_size.size_after_answer(self.plan.size, len(ids), answer.cost.seconds))
        now = timezone.now()
        self.set_missing([self.by_id[node_id] for node_id in answer.missing], now)
        note_single_sign_on(self.client.identity, {self.by_id[node_id].owner for node_id in answer.protected})
        for node_id, why in answer.refused.items():
            self.outcomes[self.by_id[node_id].pk] = self.failed_columns(
                self.by_id[node_id], status_messages.as_sentence(why), now
            )
        for node_id, probed in answer.found.items():
            self.update_metadata(self.by_id[node_id], probed, now)
        return answer

    def update_metadata(self, repository: Repository, probed: ProbedRepository, now: datetime) -> None:
        """Updates the repository's own columns. An error with one repository does not stop the others."""
        try:
            repository_metadata.update_repository(repository, probed.metadata, self.lease, self.deadline)
        except DATABASE_OUTAGE:
            raise
        except Exception as error:
            log.exception("What %s is now could not be taken in", repository.full_name)
            self.outcomes[repository.pk] = self.failure_columns(repository, error, now)

    def set_probe_failure(self, error: GitHubError) -> None:
        """Sets the outcomes if the probe failed: after an overload a smaller batch, otherwise a failure per repository."""
        self.error = error
        now, asked = timezone.now(), len(self.by_id)
        if isinstance(error, Overloaded) and asked > 1 and self.paused_until(now) is None:
            looking_for_the_culprit = any(repository.batch_limit for repository in self.lease.repositories)
            if not looking_for_the_culprit:
                self.save_batch_size(batch_size.size_after_overload(self.plan.size, asked))
            narrower = look_outcome.narrowed(batch_size.narrowed_limit(asked), now)
            self.unfinished = {repository.pk for repository in self.lease.repositories}
            self.outcomes = {repository.pk: narrower for repository in self.lease.repositories}
            return
        log.warning("GitHub gave no answer about %s repositories: %s", asked, error)
        for repository in self.lease.repositories:
            self.outcomes[repository.pk] = self.failure_columns(repository, error, now)

    def failure_columns(self, repository: Repository, error: Exception, now: datetime) -> look_outcome.Columns:
        """The columns of a failed or postponed look."""
        what = status_messages.what_failed(error)
        if isinstance(error, rate_limit_budget.Blocked):
            return look_outcome.postponed(repository, what, now, error.until)
        until = self.paused_until(now) if isinstance(error, GitHubError) else None
        return self.failed_columns(repository, what, now, until)

    def failed_columns(
        self, repository: Repository, what: str, now: datetime, until: datetime | None = None
    ) -> look_outcome.Columns:
        return look_outcome.failed(repository, what, now, interval=self.plan.interval(repository, now), until=until)

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when prmonitor may not ask with this credential; None if it may ask now."""
        until = rate_limit_budget.rate_limit_for(self.client.identity).blocked_until
        return until if until is not None and until > now else None

    def save_batch_size(self, size: batch_size.BatchSize) -> None:
        if size != self.plan.size:
            rows = RateLimit.objects.filter(identity=self.client.identity, resource=rate_limit_budget.GRAPHQL)
            rows.update(batch_size=size.batch, fast_answers=size.fast)

    def set_missing(self, gone: list[Repository], now: datetime) -> None:
        """Sets the outcomes of missing repositories.

        If the whole batch is missing for the first time, the credential has lost its access: the repositories are not
        deleted.
        """
        lost = len(gone) == len(self.by_id) and sum(repository.misses == 0 for repository in gone) > 1
        for repository in gone:
            interval = self.plan.interval(repository, now)
            failed = self.failed_columns(repository, status_messages.NOTHING_SEEN.format(count=len(gone)), now)
            self.outcomes[repository.pk] = failed if lost else look_outcome.missing(repository, now, interval=interval)
