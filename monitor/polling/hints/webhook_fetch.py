"""Reads the pull requests that webhooks hint at, 25 per query, and records their current state."""

import logging
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from monitor.background.database_outage import DATABASE_OUTAGE
from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.answers import PullRequestDetails
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.github.identities import client_for
from monitor.github.rate_limit_policy import Purpose
from monitor.models import Repository
from monitor.polling.code_owners.ownership_refresh import OwnershipRefresh
from monitor.polling.credential_checks import note_single_sign_on
from monitor.polling.looks.pull_request_reader import BATCH
from monitor.polling.pacing.batch_size import chunks_of, halves_of
from monitor.polling.teams import membership
from monitor.recording import recorder
from monitor.rules.snapshot import Snapshot

log = logging.getLogger(__name__)


@dataclass(slots=True)
class FetchProblems:
    """`failed`: the pull requests that could not be read, with the reason.

    `misplaced`: the repositories that, according to GitHub, do not contain a pull request that a hint names there.
    """

    failed: dict[str, Exception] = field(default_factory=dict)
    misplaced: set[int] = field(default_factory=set)


def fetch_pull_requests(homes: Mapping[str, Repository], deadline: Deadline) -> FetchProblems:
    """Reads and records pull requests (node id -> repository), each with the credential of its repository."""
    found = FetchProblems()
    groups: dict[str, tuple[Client, list[str]]] = {}
    for node_id, repository in homes.items():
        try:
            client = client_for(repository.owner)
        except GitHubError as error:
            found.failed[node_id] = error
            continue
        groups.setdefault(client.identity, (client, []))[1].append(node_id)
    for client, node_ids in groups.values():
        _Fetch(client, homes, deadline, found).read(node_ids)
    return found


class _Fetch:
    """Reads and records with one credential until the deadline; adds problems to `found`."""

    def __init__(
        self, client: Client, homes: Mapping[str, Repository], deadline: Deadline, found: FetchProblems
    ) -> None:
        self.client, self.homes, self.deadline, self.found = client, homes, deadline, found
        self.ownership_refresh = OwnershipRefresh(client, deadline)

    def read(self, node_ids: list[str]) -> None:
        queue: deque[Sequence[str]] = deque(chunks_of(node_ids, BATCH))
        while queue and not self.deadline.over:
            part = queue.popleft()
            try:
                answer = self.ask(part)
            except Overloaded as error:
                if len(part) > 1:
                    queue.extendleft(reversed(halves_of(part)))
                else:
                    self.found.failed[part[0]] = error
            except GitHubError as error:
                # The error is not about these pull requests: the rest would fail, too.
                self.fail([part, *queue], error)
                return
            else:
                self.record_answer(part, answer)
        self.fail(queue, GitHubError("There was no time left to read it."))

    def ask(self, part: Sequence[str]) -> PullRequestDetails:
        return rate_limit_budget.ask(self.client, Purpose.WEBHOOK, 1, lambda: self.client.details(part))

    def fail(self, queue: Iterable[Sequence[str]], error: Exception) -> None:
        self.found.failed.update((node_id, error) for part in queue for node_id in part)

    def record_answer(self, part: Sequence[str], answer: PullRequestDetails) -> None:
        """Records the pull requests per repository. GitHub, not the hint, says which repository a pull request is in."""
        note_single_sign_on(self.client.identity, {self.homes[node_id].owner for node_id in answer.protected})
        by_home: dict[Repository, list[Snapshot]] = {}
        for node_id in part:
            home = self.homes[node_id]
            if node_id in answer.found and answer.repositories[node_id] == home.node_id:
                by_home.setdefault(home, []).append(answer.found[node_id])
            else:
                log.info("GitHub shows no pull request %s in %s", node_id, home.full_name)
                self.found.misplaced.add(home.pk)
        new_ownerships = self.ownership_refresh.for_new_snapshots(
            (home, one) for home, snapshots in by_home.items() for one in snapshots
        )
        if self.ownership_refresh.incomplete:
            Repository.objects.filter(pk__in=self.ownership_refresh.incomplete).update(owners_checked_at=None)
        for home, snapshots in by_home.items():
            try:
                _record(home, snapshots, new_ownerships)
            except DATABASE_OUTAGE:
                raise
            except Exception as error:
                # An error with one repository must not prevent the recording of the others.
                log.exception("Could not record %s", home.full_name)
                self.fail([[node_id for node_id in part if self.homes[node_id] == home]], error)


def _record(home: Repository, snapshots: list[Snapshot], new_ownerships: recorder.NewOwnerships) -> None:
    now = timezone.now()
    if recorder.record(home, snapshots, now=now, new_ownerships=new_ownerships):
        Repository.objects.filter(pk=home.pk).update(changed_at=now)
    membership.add_requested_teams(snapshots)
