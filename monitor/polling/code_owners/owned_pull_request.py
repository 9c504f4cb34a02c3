"""The fields of open pull requests that decide about code owners, and the stored owners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.models import Ownership, PullRequest, Repository
from monitor.polling.pacing.batch_size import chunks_of

Branch = tuple[int, str]  # primary key of the repository, name


@dataclass(frozen=True, slots=True)
class OwnedPullRequest:
    """An open pull request: its base branch decides which CODEOWNERS counts, its head decides which files."""

    repository: Repository
    node_id: str
    number: int
    base: str
    head_sha: str

    def __str__(self) -> str:
        return f"{self.repository.full_name}#{self.number}"

    @property
    def branch(self) -> Branch:
        return self.repository.pk, self.base


def open_pull_requests_in(repositories: Sequence[Repository]) -> list[OwnedPullRequest]:
    """The recorded open pull requests of repositories."""
    by_pk = {repository.pk: repository for repository in repositories}
    rows = PullRequest.objects.filter(repository__in=by_pk, state="open").order_by("pk")
    return [
        OwnedPullRequest(by_pk[pk], node_id, number, base, head_sha)
        for pk, node_id, number, base, head_sha in rows.values_list(
            "repository_id", "node_id", "number", "base", "head_sha"
        )
    ]


def known_ownerships(node_ids: Iterable[str]) -> dict[str, Ownership]:
    """The stored owners by the pull request's node id. The paths are loaded only when they are used."""
    rows: dict[str, Ownership] = {}
    for part in chunks_of(list(node_ids), 500):
        found = Ownership.objects.filter(pull_request__node_id__in=part).select_related("pull_request")
        narrow = found.only("base", "head_sha", "oid", "paths_known", "truncated", "pull_request__node_id")
        rows.update({row.pull_request.node_id: row for row in narrow})
    return rows
