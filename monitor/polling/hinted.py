"""Looks where webhooks hint: reads pull requests back, and has repositories, teams and installations looked at at once."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from monitor import schedules
from monitor.github import identities
from monitor.github.webhooks import Hint
from monitor.models import PullRequest, Repository, Team, WebhookDelivery
from monitor.polling import hints
from monitor.polling.deadline import Deadline
from monitor.polling.leases import watched
from monitor.polling.reading_back import Found, read_back

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
    work = _understood(batch.rows)
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


def _understood(rows: Collection[WebhookDelivery]) -> Work:
    told = [(row.pk, Hint.from_json(row.hint)) for row in rows if row.hint]
    by_name = _repositories(hint for _, hint in told)
    work = Work()
    pulls = _PullRequests(by_name.values(), [hint for _, hint in told])
    for pk, hint in told:
        for repository in {by_name[key] for key in _keys(hint) if key in by_name}:
            _understand(work, pk, hint, repository, pulls)
        work.teams.update(hint.teams)
        work.installations = work.installations or hint.kind == "installation"
    return work


def _understand(work: Work, pk: int, hint: Hint, repository: Repository, pulls: "_PullRequests") -> None:
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


class _PullRequests:
    """Which pull requests hints are about: those we know by number or commit, else by the node id that was named."""

    def __init__(self, repositories: Iterable[Repository], told: Collection[Hint]) -> None:
        numbers = {int(one.name) for hint in told for one in hint.pull_requests if one.name}
        shas = {hint.head_sha for hint in told if hint.head_sha}
        self.by_number: dict[tuple[int, int], str] = {}
        self.by_sha: dict[tuple[int, str], list[str]] = {}
        if not numbers and not shas:
            return
        asked = Q(number__in=numbers) | Q(head_sha__in=shas, state="open")
        rows = PullRequest.objects.filter(asked, repository__in={one.pk for one in repositories})
        for home, number, sha, node_id in rows.values_list("repository_id", "number", "head_sha", "node_id"):
            self.by_number[home, number] = node_id
            self.by_sha.setdefault((home, sha), []).append(node_id)

    def of(self, repository: Repository, hint: Hint) -> set[str]:
        """Node ids."""
        found = {
            known or one.node_id
            for one in hint.pull_requests
            for known in [self.by_number.get((repository.pk, int(one.name))) if one.name else None]
        }
        return (found | set(self.by_sha.get((repository.pk, hint.head_sha), ()))) - {""}


def _repositories(told: Iterable[Hint]) -> dict[str, Repository]:
    """Those that anybody watches, by node id and by name in lower case: old servers name nodes otherwise than we know."""
    keys = {key for hint in told for key in _keys(hint)}
    if not keys:
        return {}
    found: dict[str, Repository] = {}
    rows = watched().annotate(key=Lower("full_name"))
    for part in _parts(sorted(keys)):
        for repository in rows.filter(Q(node_id__in=part) | Q(key__in=part)):
            found[repository.full_name.lower()] = found[repository.node_id] = repository
    return found


def _parts(keys: list[str]) -> Iterable[list[str]]:
    return (keys[start : start + 400] for start in range(0, len(keys), 400))  # SQLite takes 999 parameters


def _keys(hint: Hint) -> set[str]:
    return {key for one in hint.repositories for key in (one.node_id, one.name.lower()) if key}


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
