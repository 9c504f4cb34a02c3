"""Reads pull requests in full, 25 a query, and records them as they come."""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from monitor import recording
from monitor.github.allowance import Purpose
from monitor.github.answers import Details
from monitor.github.budget import ask
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.models import Repository
from monitor.owning import Owning
from monitor.polling import teams
from monitor.polling.batching import halves, parts
from monitor.polling.deadline import Deadline
from monitor.polling.leases import Lease
from monitor.polling.outage import OUTAGE
from monitor.snapshot import Snapshot, isoformat, moment

log = logging.getLogger(__name__)
BATCH = 25
QUARANTINE = timedelta(minutes=5)
OVERLOADS_AT_MOST = 6

Wanted = tuple[Repository, str]


@dataclass(slots=True)
class Reading:
    """How far reading came: what each repository has left, what went wrong with it, and what it brought."""

    left: dict[int, int] = field(default_factory=dict)
    errors: dict[int, Exception] = field(default_factory=dict)
    events: dict[int, int] = field(default_factory=dict)
    read: dict[int, set[str]] = field(default_factory=dict)

    @property
    def broken(self) -> set[int]:
        """The repositories of which something was not read or not recorded."""
        return self.left.keys() | self.errors.keys()

    def is_whole(self, repository: Repository) -> bool:
        """Whether everything of it was read and recorded."""
        return repository.pk not in self.broken


class Reader:
    """Reads for one lease with one credential. Each part is recorded before the next is asked for: a kill costs one part."""

    def __init__(self, client: Client, lease: Lease, deadline: Deadline, *, first_look: bool = False) -> None:
        self.client, self.lease, self.deadline, self.first_look = client, lease, deadline, first_look
        self.reading = Reading()
        self.owning = Owning(client, deadline)

    def read(self, wanted: Sequence[Wanted]) -> Reading:
        """Reads and records `wanted`; stops at the deadline and at the first error that is about more than one of them."""
        queue: deque[Sequence[Wanted]] = deque(parts(wanted, BATCH))
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
                    # Less at a time, not the same again: it leads to the one GitHub fails on.
                    queue.extendleft(reversed(halves(part)))
            except GitHubError as error:
                self._fail(part, error)
                break
        for part in queue:
            for repository, _ in part:
                self.reading.left[repository.pk] = self.reading.left.get(repository.pk, 0) + 1
        return self.reading

    def _ask(self, part: Sequence[Wanted]) -> Details:
        ids = [node_id for _, node_id in part]
        purpose = Purpose.SWEEP if self.first_look else Purpose.DETAILS
        return ask(self.client.identity, purpose, 1, lambda: self.client.details(ids))

    def _record(self, part: Sequence[Wanted], answer: Details) -> None:
        for node_id, why in answer.refused.items():
            log.warning("GitHub did not show the pull request %s: %s", node_id, why)
        owned = self.owning.of_new([(one, answer.found[node_id]) for one, node_id in part if node_id in answer.found])
        for repository, node_ids in _by_repository(part).items():
            snapshots = [answer.found[node_id] for node_id in node_ids if node_id in answer.found]
            self.reading.read.setdefault(repository.pk, set()).update(node_ids)
            self.record(repository, snapshots, timezone.now(), owned)
            for node_id in node_ids:
                if node_id in answer.refused:
                    self.quarantine(repository, node_id, answer.refused[node_id])

    def record(
        self,
        repository: Repository,
        snapshots: Sequence[Snapshot],
        now: datetime,
        owned: recording.Owned | None = None,
        *,
        in_full: bool = True,
    ) -> None:
        """Records unless another worker has taken the repository over: what we hold may be older than what it wrote."""
        if not snapshots or not self.lease.holds(repository):
            return
        with self.answering_for(repository):
            if self.first_look:
                teams.meet(snapshots, self.deadline)
            events = recording.record(
                repository, snapshots, now=now, first_look=self.first_look, in_full=in_full, owned=owned
            )
            self.reading.events[repository.pk] = self.reading.events.get(repository.pk, 0) + len(events)
            teams.notice(snapshots)

    @contextmanager
    def answering_for(self, repository: Repository) -> Iterator[None]:
        """A fault of ours in here is noted as this repository's, and keeps no other of the batch from being recorded.

        A database that is away is no repository's fault: what is read from then on could not be recorded either.
        """
        try:
            yield
        except OUTAGE:
            raise
        except Exception as error:
            log.exception("Could not record %s", repository.full_name)
            self.reading.errors[repository.pk] = error

    def _fail(self, part: Sequence[Wanted], error: GitHubError) -> None:
        for repository, _ in part:
            self.reading.errors[repository.pk] = error

    def quarantine(self, repository: Repository, key: str, why: object) -> None:
        """Leaves a pull request (or its checks, by `checks_of`) in peace for a while."""
        log.warning("GitHub fails on one pull request of %s (%s): %s", repository.full_name, key, why)
        now = timezone.now()
        kept = {held: until for held, until in repository.quarantine.items() if until > (isoformat(now) or "")}
        repository.quarantine = kept | {key: isoformat(now + QUARANTINE)}
        self.lease.note(repository, quarantine=repository.quarantine)


def checks_of(node_id: str) -> str:
    """The checks of a pull request in a quarantine: GitHub may fail on them, and not on the pull request itself."""
    return f"checks of {node_id}"


def quarantined(repository: Repository, key: str, now: datetime) -> bool:
    """Whether GitHub failed on this pull request (or on its checks) a moment ago, so that it is left in peace for now."""
    until = moment(repository.quarantine.get(key))
    return until is not None and now < until <= now + QUARANTINE


def _by_repository(part: Sequence[Wanted]) -> dict[Repository, list[str]]:
    found: dict[Repository, list[str]] = {}
    for repository, node_id in part:
        found.setdefault(repository, []).append(node_id)
    return found
