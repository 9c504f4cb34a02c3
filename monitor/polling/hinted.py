"""Looks where webhooks hint: reads pull requests back, and has repositories, teams and installations looked at at once."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from monitor import schedules
from monitor.github import identities
from monitor.github.webhooks import Hint
from monitor.masking import masked
from monitor.models import Repository, Team
from monitor.polling import hints
from monitor.polling.deadline import Deadline
from monitor.polling.reading_back import Found, read_back
from monitor.polling.whereabouts import PullRequests, Repositories

log = logging.getLogger(__name__)
NOTED_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class Work:
    """What a batch of hints comes to: pull requests to read back, and rows that are due now."""

    wanted: dict[str, set[int]] = field(default_factory=dict)  # pull request -> the deliveries that ask for it
    homes: dict[str, Repository] = field(default_factory=dict)  # pull request -> where the hint says it is
    look: set[int] = field(default_factory=set)
    hooked: set[int] = field(default_factory=set)
    unhooked: set[int] = field(default_factory=set)
    owners: set[int] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    installations: bool = False

    def read(self, repository: Repository, node_ids: Iterable[str], delivery: int) -> None:
        """Wants these pull requests read for a delivery."""
        for node_id in node_ids:
            self.wanted.setdefault(node_id, set()).add(delivery)
            self.homes[node_id] = repository


def work(deadline: Deadline) -> int:
    """Looks where hints are waiting, until there are none; how many there were."""
    count = 0
    while not deadline.over:
        batch = hints.take()
        if not batch.rows:
            break
        _look(batch, deadline)
        count += len(batch.rows)
    if count:
        hints.rearm()
    return count


def _look(batch: hints.Batch, deadline: Deadline) -> None:
    work = _understood(batch)
    found = read_back(work.homes, deadline)
    work.look |= found.odd
    _make_due(work)
    _note_hooks(work)
    _settle(batch, work, found)


def _settle(batch: hints.Batch, work: Work, found: Found) -> None:
    """A delivery is done when all that it asked for was read; else it is tried again."""
    failed = {pk: error for node_id, error in found.failed.items() for pk in work.wanted[node_id]}
    batch.done([row.pk for row in batch.rows if row.pk not in failed])
    given_up = set()
    for row in batch.rows:
        if error := failed.get(row.pk):
            log.info("What a webhook hinted at could not be read yet: %s", error)
            if not batch.put_off(row, error, getattr(error, "until", None)):
                given_up.add(row.pk)
    if given_up:
        homes = {work.homes[node_id].pk for node_id, pks in work.wanted.items() if pks & given_up}
        _look_now(Repository.objects.filter(pk__in=homes))


def _understood(batch: hints.Batch) -> Work:
    told = list(_told(batch))
    repositories = Repositories(hint for _, hint in told)
    pulls = PullRequests(repositories, [hint for _, hint in told])
    work = Work()
    for pk, hint in told:
        for repository in repositories.of(hint):
            _understand(work, pk, hint, repository, pulls)
        work.teams.update(hint.teams)
        work.installations = work.installations or hint.kind == "installation"
    return work


def _told(batch: hints.Batch) -> Iterator[tuple[int, Hint]]:
    """The hints by delivery. One that nobody understands is done with, so that it holds up no other."""
    for row in batch.rows:
        try:
            if row.hint:
                yield row.pk, Hint.from_json(row.hint)
        except (KeyError, TypeError, ValueError) as error:
            log.exception("The hint of the delivery %s is not understood", row.delivery)
            batch.done([row.pk], masked(f"Its hint is not understood ({type(error).__name__}: {error})."))


def _understand(work: Work, pk: int, hint: Hint, repository: Repository, pulls: PullRequests) -> None:
    """One hint about one repository of ours. Before the first look is over nothing else has to be done: it reads all."""
    if repository.first_read_at is None:
        return
    if hint.kind == "unhooked":
        work.unhooked.add(repository.pk)
    if hint.kind == "owners":
        work.owners.add(repository.pk)
    if hint.kind not in ("details", "checks") or repository.status == Repository.Status.INACCESSIBLE:
        work.look.add(repository.pk)
        return
    if hint.kind == "details":
        work.hooked.add(repository.pk)
    named = pulls.of(repository, hint)
    work.read(repository, named, pk)
    if not named and hint.pull_requests:
        work.look.add(repository.pk)


def _make_due(work: Work) -> None:
    if work.installations:
        identities.forget()
    if work.owners:
        Repository.objects.filter(pk__in=work.owners).update(owners_checked_at=None)
    if work.look:
        _look_now(Repository.objects.filter(pk__in=work.look))
    if work.teams:
        named = {name.lower() for name in work.teams}
        rows = Team.objects.annotate(key=Lower("name")).filter(key__in=named, by_hand=False)
        if rows.update(next_check_at=timezone.now()):
            schedules.wake(schedules.TEAMS)


def _look_now(repositories: QuerySet[Repository]) -> None:
    repositories.update(next_poll_at=timezone.now())
    schedules.wake()


def _note_hooks(work: Work) -> None:
    """From now on regular looks are only the safety net, as long as webhooks come."""
    now = timezone.now()
    stale = Q(hooked_at=None) | Q(hooked_at__lt=now - NOTED_EVERY)
    if work.hooked:
        Repository.objects.filter(stale, pk__in=work.hooked).update(hooked_at=now)
    if work.unhooked:
        Repository.objects.filter(pk__in=work.unhooked).update(hooked_at=None)
