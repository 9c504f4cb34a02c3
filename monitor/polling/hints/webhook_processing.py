"""Follows the hints of webhooks: reads pull requests now, and makes repositories, teams and installations due."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from monitor.background import schedules
from monitor.background.deadline import Deadline
from monitor.github import identities
from monitor.github.webhooks import Hint
from monitor.models import Repository, Team
from monitor.polling.hints import webhook_queue
from monitor.polling.hints.hint_targets import HintedPullRequests, HintedRepositories
from monitor.polling.hints.webhook_fetch import FetchProblems, fetch_pull_requests
from monitor.rules.masking import masked

log = logging.getLogger(__name__)
NOTED_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class HintedWork:
    """The work that a batch of hints asks for: pull requests to read, and rows to make due.

    `to_look_at`, `hooked`, `unhooked` and `owners` hold primary keys of repositories: to look at now; with a working webhook;
    with a deleted webhook; with a changed CODEOWNERS file.
    """

    wanted: dict[str, set[int]] = field(default_factory=dict)  # pull request -> the deliveries that ask for it
    homes: dict[str, Repository] = field(default_factory=dict)  # pull request -> where the hint says it is
    to_look_at: set[int] = field(default_factory=set)
    hooked: set[int] = field(default_factory=set)
    unhooked: set[int] = field(default_factory=set)
    owners: set[int] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    installations: bool = False

    def add_pull_requests(self, repository: Repository, node_ids: Iterable[str], delivery: int) -> None:
        """Adds pull requests to read for a delivery."""
        for node_id in node_ids:
            self.wanted.setdefault(node_id, set()).add(delivery)
            self.homes[node_id] = repository


def process_hints(deadline: Deadline) -> int:
    """Follows waiting hints until none is left or the deadline is over; returns how many there were."""
    count = 0
    while not deadline.over:
        batch = webhook_queue.take_batch()
        if not batch.rows:
            break
        _process(batch, deadline)
        count += len(batch.rows)
    if count:
        webhook_queue.schedule_next_run()
    return count


def _process(batch: webhook_queue.DeliveryBatch, deadline: Deadline) -> None:
    work = _work_of(batch)
    found = fetch_pull_requests(work.homes, deadline)
    work.to_look_at |= found.misplaced
    _make_rows_due(work)
    _note_hooks(work)
    _finish_deliveries(batch, work, found)


def _finish_deliveries(batch: webhook_queue.DeliveryBatch, work: HintedWork, found: FetchProblems) -> None:
    """Marks a delivery as done if everything that it asked for was read; otherwise it is tried again."""
    failed = {pk: error for node_id, error in found.failed.items() for pk in work.wanted[node_id]}
    batch.mark_done([row.pk for row in batch.rows if row.pk not in failed])
    given_up = set()
    for row in batch.rows:
        if error := failed.get(row.pk):
            log.info("What a webhook hinted at could not be read yet: %s", error)
            if not batch.postpone(row, error, getattr(error, "until", None)):
                given_up.add(row.pk)
    if given_up:
        homes = {work.homes[node_id].pk for node_id, pks in work.wanted.items() if pks & given_up}
        _make_repositories_due(Repository.objects.filter(pk__in=homes))


def _work_of(batch: webhook_queue.DeliveryBatch) -> HintedWork:
    hints = list(_hints_by_delivery(batch))
    repositories = HintedRepositories(hint for _, hint in hints)
    pulls = HintedPullRequests(repositories, [hint for _, hint in hints])
    work = HintedWork()
    for pk, hint in hints:
        for repository in repositories.of(hint):
            _add_hint(work, pk, hint, repository, pulls)
        work.teams.update(hint.teams)
        work.installations = work.installations or hint.kind == "installation"
    return work


def _hints_by_delivery(batch: webhook_queue.DeliveryBatch) -> Iterator[tuple[int, Hint]]:
    """The hints with their deliveries. An unreadable hint is marked as done, so that it does not block others."""
    for row in batch.rows:
        try:
            if row.hint:
                yield row.pk, Hint.from_json(row.hint)
        except (KeyError, TypeError, ValueError) as error:
            log.exception("The hint of the delivery %s is not understood", row.delivery)
            batch.mark_done([row.pk], masked(f"Its hint is not understood ({type(error).__name__}: {error})."))


def _add_hint(work: HintedWork, pk: int, hint: Hint, repository: Repository, pulls: HintedPullRequests) -> None:
    """Adds what a hint asks for in one repository. Nothing before the end of the first look, which reads everything."""
    if repository.first_read_at is None:
        return
    if hint.kind == "unhooked":
        work.unhooked.add(repository.pk)
    if hint.kind == "owners":
        work.owners.add(repository.pk)
    if hint.kind not in ("details", "checks") or repository.status == Repository.Status.INACCESSIBLE:
        work.to_look_at.add(repository.pk)
        return
    if hint.kind == "details":
        work.hooked.add(repository.pk)
    named = pulls.of(repository, hint)
    work.add_pull_requests(repository, named, pk)
    if not named and hint.pull_requests:
        work.to_look_at.add(repository.pk)


def _make_rows_due(work: HintedWork) -> None:
    if work.installations:
        identities.forget_identities()
    if work.owners:
        Repository.objects.filter(pk__in=work.owners).update(owners_checked_at=None)
    if work.to_look_at:
        _make_repositories_due(Repository.objects.filter(pk__in=work.to_look_at))
    if work.teams:
        named = {name.lower() for name in work.teams}
        rows = Team.objects.annotate(key=Lower("name")).filter(key__in=named, by_hand=False)
        if rows.update(next_check_at=timezone.now()):
            schedules.run_now(schedules.TEAMS)


def _make_repositories_due(repositories: QuerySet[Repository]) -> None:
    repositories.update(next_poll_at=timezone.now())
    schedules.run_now()


def _note_hooks(work: HintedWork) -> None:
    """Notes which repositories have a working webhook: while webhooks arrive, regular looks are less frequent."""
    now = timezone.now()
    stale = Q(hooked_at=None) | Q(hooked_at__lt=now - NOTED_EVERY)
    if work.hooked:
        Repository.objects.filter(stale, pk__in=work.hooked).update(hooked_at=now)
    if work.unhooked:
        Repository.objects.filter(pk__in=work.unhooked).update(hooked_at=None)
