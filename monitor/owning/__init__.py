"""Who owns what open pull requests change: CODEOWNERS of their base branch, matched with their changed files.

GitHub is asked only where something moved: for the files of a head that is new, and now and then, many repositories
at once, whether a base branch has another CODEOWNERS. Every question is asked outside of any transaction.

What goes wrong in here is logged, and whom it is about goes without new owners: it keeps no pull request from being
recorded. A database that is away does.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from django.utils import timezone

from monitor import recording
from monitor.github.client import Client
from monitor.models import Ownership, PullRequest, Repository
from monitor.owning.branches import Files, files_of
from monitor.owning.paths import read_paths
from monitor.owning.subject import Subject, known_of, open_in
from monitor.owning.working_out import is_stale, needs_paths, teams_in, worked_out
from monitor.polling import teams
from monitor.polling.apart import apart
from monitor.polling.batching import parts
from monitor.polling.deadline import Deadline
from monitor.snapshot import Snapshot

log = logging.getLogger(__name__)
AT_ONCE = 100
T = TypeVar("T")


class Owning:
    """Works owners out with one credential, until the deadline. What cannot be read now is left for a later look."""

    def __init__(self, client: Client, deadline: Deadline) -> None:
        self.client, self.deadline = client, deadline
        self.left: set[int] = set()  # repositories of which something could not be read

    def of_new(self, pairs: Iterable[tuple[Repository, Snapshot]]) -> dict[str, Ownership]:
        """Owners of what is about to be recorded, where its base or head is not the one they are known for."""
        subjects = [
            Subject(repository, said.node_id, said.number, said.base, said.head_sha)
            for repository, said in pairs
            if said.state == "open"
        ]
        with apart(log, "Could not work out the code owners of %s pull requests", len(subjects)):
            return self._found(subjects, files_of(self.client, subjects, anew=False))
        self.left |= {one.repository.pk for one in subjects}
        return {}

    def check(self, repositories: Sequence[Repository]) -> set[int]:
        """Looks whether CODEOWNERS changed, and works owners out anew where it did; the repositories that are done."""
        subjects = open_in(repositories)
        found = self._found(subjects, files_of(self.client, subjects, anew=True))
        by_home: dict[Repository, list[str]] = {}
        for one in subjects:
            if one.node_id in found:
                by_home.setdefault(one.repository, []).append(one.node_id)
        self.left |= {home.pk for home, node_ids in by_home.items() if not _written(home, node_ids, found)}
        return {repository.pk for repository in repositories} - self.left

    def _found(self, subjects: Sequence[Subject], files: Files) -> dict[str, Ownership]:
        """The owners that are to be others than those that are known."""
        known = known_of(one.node_id for one in subjects) if subjects else {}
        stale = [
            one for one in subjects if one.branch in files and is_stale(known.get(one.node_id), one, files[one.branch])
        ]
        needs = _each(stale, lambda one: needs_paths(known.get(one.node_id), one, files[one.branch]))
        needed = [one.node_id for one, needed in needs.items() if needed]
        paths = read_paths(self.client, needed, self.deadline)
        unread = set(needed) - paths.keys()
        self.left |= {one.repository.pk for one in subjects if one.node_id in unread or one.branch not in files}
        found = _each(
            [one for one in needs if one.node_id not in unread],
            lambda one: worked_out(one, files[one.branch], known.get(one.node_id), paths.get(one.node_id)),
        )
        teams.expect(teams_in(found.values()))
        return {one.node_id: row for one, row in found.items()}


def _each(subjects: Iterable[Subject], work: Callable[[Subject], T]) -> dict[Subject, T]:
    """What `work` makes of each; one that it fails on is left out, and tried when owners are next looked at."""
    done: dict[Subject, T] = {}
    for one in subjects:
        with apart(log, "Could not work out the code owners of %s", one):
            done[one] = work(one)
    return done


def _written(repository: Repository, node_ids: Sequence[str], found: Mapping[str, Ownership]) -> bool:
    """Whether new owners of what is open in a repository could be written down."""
    with apart(log, "Could not record the code owners of %s", repository.full_name):
        for part in parts(node_ids, AT_ONCE):
            rows = PullRequest.objects.filter(node_id__in=part)
            recording.rederive(rows, now=timezone.now(), owned={node_id: found[node_id] for node_id in part})
        return True
    return False
