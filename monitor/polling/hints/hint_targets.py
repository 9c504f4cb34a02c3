"""Finds the repositories and pull requests that webhook hints name: by node id, by name or number, or by commit."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q
from django.db.models.functions import Lower

from monitor.github.webhooks import Hint
from monitor.models import PullRequest, Repository
from monitor.polling.pacing.batch_size import chunks_of
from monitor.polling.pacing.leases import watched_repositories

AT_ONCE = 400  # SQLite takes 999 parameters


class HintedRepositories:
    """The watched repositories that hints name, by node id or by name: old servers use node ids of another format."""

    def __init__(self, hints: Iterable[Hint]) -> None:
        self._by_key: dict[str, Repository] = {}
        keys = sorted({key for hint in hints for key in _keys(hint)})
        rows = watched_repositories().annotate(key=Lower("full_name"))
        for part in chunks_of(keys, AT_ONCE):
            for repository in rows.filter(Q(node_id__in=part) | Q(key__in=part)):
                self._by_key[repository.full_name.lower()] = self._by_key[repository.node_id] = repository

    def __iter__(self) -> Iterator[Repository]:
        return iter(set(self._by_key.values()))

    def of(self, hint: Hint) -> set[Repository]:
        """The repositories that a hint names."""
        return {self._by_key[key] for key in _keys(hint) if key in self._by_key}


class HintedPullRequests:
    """The pull requests that hints name: known ones by number or commit, unknown ones only by node id."""

    def __init__(self, repositories: Iterable[Repository], hints: Collection[Hint]) -> None:
        self._by_number: dict[tuple[int, int], str] = {}
        self._by_sha: dict[tuple[int, str], list[str]] = {}
        numbers = sorted({int(one.name) for hint in hints for one in hint.pull_requests if one.name})
        shas = sorted({hint.head_sha for hint in hints if hint.head_sha})
        for homes in chunks_of([one.pk for one in repositories], AT_ONCE):
            for part in chunks_of(numbers, AT_ONCE):
                self._load(Q(number__in=part, repository__in=homes))
            for some in chunks_of(shas, AT_ONCE):
                self._load(Q(head_sha__in=some, repository__in=homes, state="open"))

    def _load(self, asked: Q) -> None:
        rows = PullRequest.objects.filter(asked).values_list("repository_id", "number", "head_sha", "state", "node_id")
        for home, number, sha, state, node_id in rows:
            self._by_number[home, number] = node_id
            if state == "open":
                self._by_sha.setdefault((home, sha), []).append(node_id)

    def of(self, repository: Repository, hint: Hint) -> set[str]:
        """The node ids of the pull requests that a hint names in one of its repositories."""
        named = {self._known(repository, one.name) or one.node_id for one in hint.pull_requests}
        return (named | set(self._by_sha.get((repository.pk, hint.head_sha), ()))) - {""}

    def _known(self, repository: Repository, number: str) -> str:
        return self._by_number.get((repository.pk, int(number)), "") if number else ""


def _keys(hint: Hint) -> set[str]:
    return {key for one in hint.repositories for key in (one.node_id, one.name.lower()) if key}
