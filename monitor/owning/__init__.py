"""Who owns what open pull requests change: CODEOWNERS of their base branch, matched with their changed files.

GitHub is asked only where something moved: for the files of a head that is new, and now and then, many repositories
at once, whether a base branch has another CODEOWNERS. Every question is asked outside of any transaction.
"""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from monitor import recording
from monitor.github.client import Client
from monitor.models import Ownership, PullRequest, Repository
from monitor.owning.branches import Files, files_of
from monitor.owning.paths import read_paths
from monitor.owning.subject import Subject, known_of, open_in
from monitor.owning.working_out import is_stale, needs_paths, teams_in, worked_out
from monitor.polling import teams
from monitor.polling.batching import parts
from monitor.polling.deadline import Deadline
from monitor.snapshot import Snapshot

AT_ONCE = 100


class Owning:
    """Works owners out with one credential, until the deadline. What cannot be read now is left for a later look."""

    def __init__(self, client: Client, deadline: Deadline) -> None:
        self.client, self.deadline = client, deadline
        self.left: set[int] = set()  # repositories of which something could not be read

    def of_new(self, pairs: Iterable[tuple[Repository, Snapshot]]) -> dict[str, Ownership]:
        """Owners of what is about to be recorded, where its base or head is not the one they are known for."""
        subjects = [
            Subject(repository, said.node_id, said.base, said.head_sha)
            for repository, said in pairs
            if said.state == "open"
        ]
        return self._found(subjects, files_of(self.client, subjects, anew=False))

    def check(self, repositories: Sequence[Repository]) -> set[int]:
        """Looks whether CODEOWNERS changed, and works owners out anew where it did; the repositories that are done."""
        subjects = open_in(repositories)
        found = self._found(subjects, files_of(self.client, subjects, anew=True))
        for part in parts(list(found), AT_ONCE):
            rows = PullRequest.objects.filter(node_id__in=part)
            recording.rederive(rows, now=timezone.now(), owned={node_id: found[node_id] for node_id in part})
        return {repository.pk for repository in repositories} - self.left

    def _found(self, subjects: Sequence[Subject], files: Files) -> dict[str, Ownership]:
        """The owners that are to be others than those that are known."""
        known = known_of(one.node_id for one in subjects) if subjects else {}
        stale = [
            one for one in subjects if one.branch in files and is_stale(known.get(one.node_id), one, files[one.branch])
        ]
        needed = [one for one in stale if needs_paths(known.get(one.node_id), one, files[one.branch])]
        paths = read_paths(self.client, [one.node_id for one in needed], self.deadline)
        unread = {one.node_id for one in needed if one.node_id not in paths}
        self.left |= {one.repository.pk for one in subjects if one.node_id in unread or one.branch not in files}
        found = {
            one.node_id: worked_out(one, files[one.branch], known.get(one.node_id), paths.get(one.node_id))
            for one in stale
            if one.node_id not in unread
        }
        teams.expect(teams_in(found.values()))
        return found
