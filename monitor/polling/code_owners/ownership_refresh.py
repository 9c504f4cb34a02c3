"""Refreshes the code owners of open pull requests: matches CODEOWNERS of the base branch with the changed files.

prmonitor asks GitHub only for the files of a new head, and regularly, for many repositories per query, whether a base
branch has another CODEOWNERS. No query runs inside a database transaction.

An error here is logged, and its pull request keeps its old owners: the pull request itself is recorded all the same.
Only a database outage prevents that.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github.client import Client
from monitor.models import Ownership, PullRequest, Repository
from monitor.polling.code_owners.changed_paths import read_paths
from monitor.polling.code_owners.files_by_branch import Files, codeowners_by_branch
from monitor.polling.code_owners.owned_pull_request import OwnedPullRequest, known_ownerships, open_pull_requests_in
from monitor.polling.code_owners.ownership import is_stale, needs_paths, new_ownership, owning_teams
from monitor.polling.fault_isolation import log_faults
from monitor.polling.pacing.batch_size import chunks_of
from monitor.polling.teams import membership
from monitor.recording import recorder
from monitor.rules.snapshot import Snapshot

log = logging.getLogger(__name__)
AT_ONCE = 100
T = TypeVar("T")


class OwnershipRefresh:
    """Finds owners with one credential until the deadline. Repositories that could not be read wait for a later look."""

    def __init__(self, client: Client, deadline: Deadline) -> None:
        self.client, self.deadline = client, deadline
        self.incomplete: set[int] = set()  # repositories that could not be read completely

    def for_new_snapshots(self, pairs: Iterable[tuple[Repository, Snapshot]]) -> dict[str, Ownership]:
        """New owners of pull requests that are recorded next, by node id; only for those with a new base or head."""
        subjects = [
            OwnedPullRequest(repository, snapshot.node_id, snapshot.number, snapshot.base, snapshot.head_sha)
            for repository, snapshot in pairs
            if snapshot.state == "open"
        ]
        with log_faults(log, "Could not work out the code owners of %s pull requests", len(subjects)):
            return self._new_ownerships(subjects, codeowners_by_branch(self.client, subjects, anew=False))
        self.incomplete |= {one.repository.pk for one in subjects}
        return {}

    def refresh(self, repositories: Sequence[Repository]) -> set[int]:
        """Reads CODEOWNERS again and finds owners again where a file changed; returns the completed repositories."""
        subjects = open_pull_requests_in(repositories)
        found = self._new_ownerships(subjects, codeowners_by_branch(self.client, subjects, anew=True))
        by_home: dict[Repository, list[str]] = {}
        for one in subjects:
            if one.node_id in found:
                by_home.setdefault(one.repository, []).append(one.node_id)
        self.incomplete |= {home.pk for home, node_ids in by_home.items() if not _record(home, node_ids, found)}
        return {repository.pk for repository in repositories} - self.incomplete

    def _new_ownerships(self, subjects: Sequence[OwnedPullRequest], files: Files) -> dict[str, Ownership]:
        """The new rows of the pull requests whose stored owners are out of date, by node id."""
        known = known_ownerships(one.node_id for one in subjects) if subjects else {}
        stale = [
            one for one in subjects if one.branch in files and is_stale(known.get(one.node_id), one, files[one.branch])
        ]
        needs = _for_each(stale, lambda one: needs_paths(known.get(one.node_id), one, files[one.branch]))
        needed = [one.node_id for one, needed in needs.items() if needed]
        paths = read_paths(self.client, needed, self.deadline)
        unread = set(needed) - paths.keys()
        self.incomplete |= {one.repository.pk for one in subjects if one.node_id in unread or one.branch not in files}
        found = _for_each(
            [one for one in needs if one.node_id not in unread],
            lambda one: new_ownership(one, files[one.branch], known.get(one.node_id), paths.get(one.node_id)),
        )
        membership.ensure_teams_exist(owning_teams(found.values()))
        return {one.node_id: row for one, row in found.items()}


def _for_each(subjects: Iterable[OwnedPullRequest], work: Callable[[OwnedPullRequest], T]) -> dict[OwnedPullRequest, T]:
    """The result of `work` per pull request. A pull request that raises is left out until the next refresh."""
    done: dict[OwnedPullRequest, T] = {}
    for one in subjects:
        with log_faults(log, "Could not work out the code owners of %s", one):
            done[one] = work(one)
    return done


def _record(repository: Repository, node_ids: Sequence[str], found: Mapping[str, Ownership]) -> bool:
    """Records new owners of a repository's open pull requests; returns whether that worked."""
    with log_faults(log, "Could not record the code owners of %s", repository.full_name):
        for part in chunks_of(node_ids, AT_ONCE):
            rows = PullRequest.objects.filter(node_id__in=part)
            recorder.rederive(rows, now=timezone.now(), new_ownerships={node_id: found[node_id] for node_id in part})
        return True
    return False
