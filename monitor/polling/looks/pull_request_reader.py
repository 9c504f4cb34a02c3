"""Reads complete pull requests, 24 per query, and records each part before the next query."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from monitor.background.database_outage import DATABASE_OUTAGE
from monitor.background.deadline import Deadline
from monitor.github.answers import PullRequestDetails
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.github.rate_limit_budget import ask
from monitor.github.rate_limit_policy import Purpose
from monitor.models import Repository
from monitor.polling.code_owners.ownership_refresh import OwnershipRefresh
from monitor.polling.credential_checks import note_single_sign_on
from monitor.polling.pacing.batch_size import chunks_of, halves_of
from monitor.polling.pacing.leases import Lease
from monitor.polling.teams import membership
from monitor.recording import recorder
from monitor.rules.quarantine import after_answer, after_failure
from monitor.rules.snapshot import Snapshot

log = logging.getLogger(__name__)
BATCH = 24
OVERLOADS_AT_MOST = 6

WantedPullRequest = tuple[Repository, str]


@dataclass(slots=True)
class ReadingProgress:
    """How far a reader is, per repository: unread pull requests, errors, counts of new events, read node ids."""

    left: dict[int, int] = field(default_factory=dict)
    errors: dict[int, Exception] = field(default_factory=dict)
    events: dict[int, int] = field(default_factory=dict)
    read: dict[int, set[str]] = field(default_factory=dict)

    @property
    def broken(self) -> set[int]:
        """The repositories with a pull request that was not read or not recorded."""
        return self.left.keys() | self.errors.keys()

    def is_whole(self, repository: Repository) -> bool:
        """Whether all wanted pull requests of a repository were read and recorded."""
        return repository.pk not in self.broken


class PullRequestReader:
    """Reads for one lease with one credential. Records each part before the next query: a kill loses only one part."""

    def __init__(self, client: Client, lease: Lease, deadline: Deadline, *, first_look: bool = False) -> None:
        self.client, self.lease, self.deadline, self.first_look = client, lease, deadline, first_look
        self.reading = ReadingProgress()
        self.ownership_refresh = OwnershipRefresh(client, deadline)

    def as_first_look(self) -> "PullRequestReader":
        """The same reader, with the same progress, for pull requests that the first look could not read."""
        other = copy(self)
        other.first_look = True
        return other

    def read(self, wanted: Sequence[WantedPullRequest]) -> ReadingProgress:
        """Reads and records `wanted` until the deadline, or until an error that concerns more than one pull request.

        Leaves out those in quarantine: `retry` asks for them.
        """
        return self._read([(one, node_id) for one, node_id in wanted if node_id not in one.quarantine])

    def retry(self, repository: Repository, node_id: str) -> None:
        """Asks again for a pull request that GitHub failed on, alone: GitHub would fail on the others as well."""
        self._read([(repository, node_id)])

    def _read(self, wanted: Sequence[WantedPullRequest]) -> ReadingProgress:
        queue: deque[Sequence[WantedPullRequest]] = deque(chunks_of(wanted, BATCH))
        overloads = 0
        while queue and not self.deadline.over:
            part = queue.popleft()
            try:
                self._record(part, self._ask(part))
            except Overloaded as error:
                overloads += 1
                if overloads > OVERLOADS_AT_MOST:
                    self._fail(part, error)
                    break
                if len(part) == 1:
                    self.quarantine(*part[0], error)
                else:
                    # Halves instead of a retry: they lead to the pull request that GitHub fails on.
                    queue.extendleft(reversed(halves_of(part)))
            except GitHubError as error:
                self._fail(part, error)
                break
        for part in queue:
            for repository, _ in part:
                self.reading.left[repository.pk] = self.reading.left.get(repository.pk, 0) + 1
        return self.reading

    def _ask(self, part: Sequence[WantedPullRequest]) -> PullRequestDetails:
        ids = [node_id for _, node_id in part]
        purpose = Purpose.BACKGROUND if self.first_look else Purpose.DETAILS
        return ask(self.client, purpose, 1, lambda: self.client.details(ids))

    def _record(self, part: Sequence[WantedPullRequest], answer: PullRequestDetails) -> None:
        for node_id, why in answer.refused.items():
            log.warning("GitHub did not show the pull request %s: %s", node_id, why)
        note_single_sign_on(self.client.identity, {one.owner for one, node_id in part if node_id in answer.protected})
        new_ownerships = self.ownership_refresh.for_new_snapshots(
            [(one, answer.found[node_id]) for one, node_id in part if node_id in answer.found]
        )
        for repository, node_ids in _by_repository(part).items():
            snapshots = [answer.found[node_id] for node_id in node_ids if node_id in answer.found]
            self.reading.read.setdefault(repository.pk, set()).update(node_ids)
            self.record(repository, snapshots, timezone.now(), new_ownerships)
            self._end_quarantine(repository, set(node_ids) - answer.refused.keys())
            for node_id in node_ids:
                if node_id in answer.refused:
                    self.quarantine(repository, node_id, answer.refused[node_id])

    def record(
        self,
        repository: Repository,
        snapshots: Sequence[Snapshot],
        now: datetime,
        new_ownerships: recorder.NewOwnerships | None = None,
        *,
        in_full: bool = True,
    ) -> None:
        """Records, unless another worker has taken the repository over: that worker may have written newer snapshots."""
        if not snapshots or not self.lease.still_holds(repository):
            return
        with self.isolate_errors_of(repository):
            if self.first_look:
                membership.read_new_teams(snapshots, self.deadline)
            events = recorder.record(
                repository,
                snapshots,
                now=now,
                first_look=self.first_look,
                in_full=in_full,
                new_ownerships=new_ownerships,
            )
            self.reading.events[repository.pk] = self.reading.events.get(repository.pk, 0) + len(events)
            membership.add_requested_teams(snapshots)

    @contextmanager
    def isolate_errors_of(self, repository: Repository) -> Iterator[None]:
        """Notes an exception as this repository's error, so that the other repositories of the batch are recorded.

        A database outage passes through: it would also prevent the recording of the others.
        """
        try:
            yield
        except DATABASE_OUTAGE:
            raise
        except Exception as error:
            log.exception("Could not record %s", repository.full_name)
            self.reading.errors[repository.pk] = error

    def _fail(self, part: Sequence[WantedPullRequest], error: GitHubError) -> None:
        for repository, _ in part:
            self.reading.errors[repository.pk] = error

    def quarantine(self, repository: Repository, key: str, why: object) -> None:
        """Does not ask for a pull request for some minutes; with `key_of_checks`, not for its checks."""
        log.warning("GitHub fails on one pull request of %s (%s): %s", repository.full_name, key, why)
        self._write_quarantine(repository, after_failure(repository.quarantine, key, timezone.now()))

    def _end_quarantine(self, repository: Repository, answered: set[str]) -> None:
        if not answered.isdisjoint(repository.quarantine):
            self._write_quarantine(repository, after_answer(repository.quarantine, answered))

    def _write_quarantine(self, repository: Repository, changed: dict[str, Any]) -> None:
        repository.quarantine = changed
        self.lease.write_columns(repository, quarantine=changed)


def _by_repository(part: Sequence[WantedPullRequest]) -> dict[Repository, list[str]]:
    found: dict[Repository, list[str]] = {}
    for repository, node_id in part:
        found.setdefault(repository, []).append(node_id)
    return found
