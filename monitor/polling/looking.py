"""One regular look at a batch of repositories: probe, compare, read what is new, then checks and reconciliation."""

import logging
from datetime import datetime

from django.utils import timezone

from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import Answer, Probed
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.models import RateLimit, Repository
from monitor.polling import batching, facts, fate, words
from monitor.polling.deadline import Deadline
from monitor.polling.details import Reader, Reading
from monitor.polling.leases import Lease
from monitor.polling.news import news_of
from monitor.polling.outage import OUTAGE
from monitor.polling.round_plan import Standing
from monitor.polling.sweeps import Sweeps

log = logging.getLogger(__name__)
ROWS = 10
Outcomes = dict[int, fate.Columns]


class Look:
    """One lease's worth of work.

    `outcomes` are the columns each repository's row ends with, `events` how many events it brought, `again` the
    repositories that have to be looked at again before this look counts as one. `answered`: GitHub said how they are.
    """

    rows = ROWS

    def __init__(self, client: Client, lease: Lease, standing: Standing, deadline: Deadline) -> None:
        self.client, self.lease, self.standing, self.deadline = client, lease, standing, deadline
        self.by_id = {repository.node_id: repository for repository in lease.repositories}
        self.outcomes: Outcomes = {}
        self.events: dict[int, int] = {}
        self.again: set[int] = set()
        self.error: GitHubError | None = None
        self.answered = False
        self.began = timezone.now()

    def run(self) -> Outcomes:
        """Looks, and gives the repositories back with their outcome."""
        answer = self.probe()
        if answer is not None:
            there = ((self.by_id[node_id], probed) for node_id, probed in answer.found.items())
            self.follow([(repository, probed) for repository, probed in there if repository.pk not in self.outcomes])
        self.lease.give_back(self.outcomes)
        return self.outcomes

    def follow(self, found: list[tuple[Repository, Probed]]) -> None:
        """Reads what is new in the repositories that were found, and sweeps what is due."""
        reader = Reader(self.client, self.lease, self.deadline)
        reading = reader.read(news_of(found, self.client, self.lease, self.deadline))
        whole = [repository for repository, _ in found if reading.is_whole(repository)]
        # Sweeps read for themselves: what fails in one is tried again, and this look has worked all the same.
        sweeps = Sweeps(self.client, self.standing, self.lease, self.deadline)
        swept = sweeps.run(whole)
        for pk, count in sweeps.reader.reading.events.items():
            reading.events[pk] = reading.events.get(pk, 0) + count
        now = timezone.now()
        for repository, _ in found:
            left: fate.Columns = {"owners_checked_at": None} if repository.pk in reader.owning.left else {}
            self.outcomes[repository.pk] = self.outcome(repository, reading, now) | left | swept.get(repository.pk, {})
        self.events = reading.events

    def outcome(self, repository: Repository, reading: Reading, now: datetime) -> fate.Columns:
        """The columns after what a repository brought was read, or was not."""
        if error := reading.errors.get(repository.pk):
            return self.failure(repository, error, now)
        if repository.pk in reading.left:
            self.again.add(repository.pk)
            return fate.unfinished(repository, now)
        changed: fate.Columns = {}
        if reading.events.get(repository.pk):
            repository.changed_at = now
            changed = {"changed_at": now}
        return fate.found(repository, self.began, self.standing.next(repository, now)) | changed

    def probe(self) -> Answer[Probed] | None:
        """Asks for all repositories of the lease; None when that failed, which their outcomes then tell."""
        ids, rows = list(self.by_id), self.rows
        try:
            answer = budget.ask(self.client.identity, Purpose.PROBE, 1, lambda: self.client.probe(ids, rows))
        except GitHubError as error:
            self.all_failed(error)
            return None
        self.answered = True
        self.resize(batching.answered(self.standing.size, len(ids), answer.cost.seconds))
        now = timezone.now()
        self.tell_missing([self.by_id[node_id] for node_id in answer.missing], now)
        for node_id, why in answer.refused.items():
            self.outcomes[self.by_id[node_id].pk] = self.said(self.by_id[node_id], words.sentence(why), now)
        for node_id, probed in answer.found.items():
            self.take_facts(self.by_id[node_id], probed, now)
        return answer

    def take_facts(self, repository: Repository, probed: Probed, now: datetime) -> None:
        """What the repository itself is now; trouble with one keeps no other from being read."""
        try:
            facts.take(repository, probed.facts, self.lease, self.deadline)
        except OUTAGE:
            raise
        except Exception as error:
            log.exception("What %s is now could not be taken in", repository.full_name)
            self.outcomes[repository.pk] = self.failure(repository, error, now)

    def all_failed(self, error: GitHubError) -> None:
        """No answer at all: too much at once is asked for in halves, anything else is each row's failure."""
        self.error = error
        now, asked = timezone.now(), len(self.by_id)
        if isinstance(error, Overloaded) and asked > 1 and self.paused_until(now) is None:
            looking_for_the_culprit = any(repository.batch_limit for repository in self.lease.repositories)
            if not looking_for_the_culprit:
                self.resize(batching.overloaded(self.standing.size, asked))
            narrower = fate.narrowed(batching.narrowed(asked), now)
            self.again = {repository.pk for repository in self.lease.repositories}
            self.outcomes = {repository.pk: narrower for repository in self.lease.repositories}
            return
        log.warning("GitHub gave no answer about %s repositories: %s", asked, error)
        for repository in self.lease.repositories:
            self.outcomes[repository.pk] = self.failure(repository, error, now)

    def failure(self, repository: Repository, error: Exception, now: datetime) -> fate.Columns:
        """The columns of a look that failed, or that was not even tried."""
        what = words.what_failed(error)
        if isinstance(error, budget.Blocked):
            return fate.put_off(repository, what, now, error.until)
        until = self.paused_until(now) if isinstance(error, GitHubError) else None
        return self.said(repository, what, now, until)

    def said(self, repository: Repository, what: str, now: datetime, until: datetime | None = None) -> fate.Columns:
        return fate.failed(repository, what, now, interval=self.standing.interval(repository, now), until=until)

    def paused_until(self, now: datetime) -> datetime | None:
        """Until when nothing may be asked with this credential; None when it may."""
        until = budget.row_of(self.client.identity).blocked_until
        return until if until is not None and until > now else None

    def resize(self, size: batching.Size) -> None:
        if size != self.standing.size:
            rows = RateLimit.objects.filter(identity=self.client.identity, resource=budget.GRAPHQL)
            rows.update(batch_size=size.batch, fast_answers=size.fast)

    def tell_missing(self, gone: list[Repository], now: datetime) -> None:
        """A batch that is gone as a whole is a credential that lost its access, not as many deletions."""
        lost = len(gone) == len(self.by_id) and sum(repository.misses == 0 for repository in gone) > 1
        for repository in gone:
            interval = self.standing.interval(repository, now)
            told = self.said(repository, words.NOTHING_SEEN.format(count=len(gone)), now)
            self.outcomes[repository.pk] = told if lost else fate.missing(repository, now, interval=interval)
