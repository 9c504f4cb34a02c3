"""Reads back the pull requests webhooks hint at, 25 a query, and records what GitHub says they are now."""

import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from monitor import recording
from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import Details
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.github.identities import client_for
from monitor.models import Repository
from monitor.owning import Owning
from monitor.polling import teams
from monitor.polling.batching import halves, parts
from monitor.polling.deadline import Deadline
from monitor.polling.details import BATCH
from monitor.polling.outage import OUTAGE
from monitor.snapshot import Snapshot

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Found:
    """What could not be read, and why; `odd` are the repositories in which a pull request is not where it should be."""

    failed: dict[str, Exception] = field(default_factory=dict)
    odd: set[int] = field(default_factory=set)


def read_back(homes: Mapping[str, Repository], deadline: Deadline) -> Found:
    """Reads these pull requests (node id -> repository) as the credentials that read their repositories."""
    found = Found()
    groups: dict[str, tuple[Client, list[str]]] = {}
    for node_id, repository in homes.items():
        try:
            client = client_for(repository.owner)
        except GitHubError as error:
            found.failed[node_id] = error
            continue
        groups.setdefault(client.identity, (client, []))[1].append(node_id)
    for client, node_ids in groups.values():
        _ReadingBack(client, homes, deadline, found).read(node_ids)
    return found


class _ReadingBack:
    """Reads with one credential, until the deadline; what failed, and what was odd, goes into `found`."""

    def __init__(self, client: Client, homes: Mapping[str, Repository], deadline: Deadline, found: Found) -> None:
        self.client, self.homes, self.deadline, self.found = client, homes, deadline, found
        self.owning = Owning(client, deadline)

    def read(self, node_ids: list[str]) -> None:
        queue: deque[Sequence[str]] = deque(parts(node_ids, BATCH))
        while queue and not self.deadline.over:
            part = queue.popleft()
            try:
                answer = self.ask(part)
            except Overloaded as error:
                if len(part) > 1:
                    queue.extendleft(reversed(halves(part)))
                else:
                    self.found.failed[part[0]] = error
            except GitHubError as error:
                # Not about what was asked: the rest would fare no better.
                self.fail([part, *queue], error)
                return
            else:
                self.take(part, answer)
        self.fail(queue, GitHubError("There was no time left to read it."))

    def ask(self, part: Sequence[str]) -> Details:
        return budget.ask(self.client.identity, Purpose.WEBHOOK, 1, lambda: self.client.details(part))

    def fail(self, queue: Iterable[Sequence[str]], error: Exception) -> None:
        self.found.failed.update((node_id, error) for part in queue for node_id in part)

    def take(self, part: Sequence[str], answer: Details) -> None:
        """Records by repository. Where a pull request is, GitHub says, not the hint."""
        by_home: dict[Repository, list[Snapshot]] = {}
        for node_id in part:
            home = self.homes[node_id]
            if node_id in answer.found and answer.repositories[node_id] == home.node_id:
                by_home.setdefault(home, []).append(answer.found[node_id])
            else:
                log.info("GitHub shows no pull request %s in %s", node_id, home.full_name)
                self.found.odd.add(home.pk)
        owned = self.owning.of_new((home, one) for home, snapshots in by_home.items() for one in snapshots)
        if self.owning.left:
            Repository.objects.filter(pk__in=self.owning.left).update(owners_checked_at=None)
        for home, snapshots in by_home.items():
            try:
                _record(home, snapshots, owned)
            except OUTAGE:
                raise
            except Exception as error:
                # One repository that cannot be recorded must not keep the others from it.
                log.exception("Could not record %s", home.full_name)
                self.fail([[node_id for node_id in part if self.homes[node_id] == home]], error)


def _record(home: Repository, snapshots: list[Snapshot], owned: recording.Owned) -> None:
    now = timezone.now()
    if recording.record(home, snapshots, now=now, owned=owned):
        Repository.objects.filter(pk=home.pk).update(changed_at=now)
    teams.notice(snapshots)
