"""Which of our rows the hints of webhooks are about: by node id, by name or number, by commit."""

from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q
from django.db.models.functions import Lower

from monitor.github.webhooks import Hint
from monitor.models import PullRequest, Repository
from monitor.polling.batching import parts
from monitor.polling.leases import watched

AT_ONCE = 400  # SQLite takes 999 parameters


class Repositories:
    """Those that anybody watches. By name as well, because old servers name nodes otherwise than we know them."""

    def __init__(self, told: Iterable[Hint]) -> None:
        self._by_key: dict[str, Repository] = {}
        keys = sorted({key for hint in told for key in _keys(hint)})
        rows = watched().annotate(key=Lower("full_name"))
        for part in parts(keys, AT_ONCE):
            for repository in rows.filter(Q(node_id__in=part) | Q(key__in=part)):
                self._by_key[repository.full_name.lower()] = self._by_key[repository.node_id] = repository

    def __iter__(self) -> Iterator[Repository]:
        return iter(set(self._by_key.values()))

    def of(self, hint: Hint) -> set[Repository]:
        """The repositories one hint is about."""
        return {self._by_key[key] for key in _keys(hint) if key in self._by_key}


class PullRequests:
    """Those we know by number or by commit; of others only the node id that was named."""

    def __init__(self, repositories: Iterable[Repository], told: Collection[Hint]) -> None:
        self._by_number: dict[tuple[int, int], str] = {}
        self._by_sha: dict[tuple[int, str], list[str]] = {}
        numbers = sorted({int(one.name) for hint in told for one in hint.pull_requests if one.name})
        shas = sorted({hint.head_sha for hint in told if hint.head_sha})
        for homes in parts([one.pk for one in repositories], AT_ONCE):
            for part in parts(numbers, AT_ONCE):
                self._take(Q(number__in=part, repository__in=homes))
            for some in parts(shas, AT_ONCE):
                self._take(Q(head_sha__in=some, repository__in=homes, state="open"))

    def _take(self, asked: Q) -> None:
        rows = PullRequest.objects.filter(asked).values_list("repository_id", "number", "head_sha", "state", "node_id")
        for home, number, sha, state, node_id in rows:
            self._by_number[home, number] = node_id
            if state == "open":
                self._by_sha.setdefault((home, sha), []).append(node_id)

    def of(self, repository: Repository, hint: Hint) -> set[str]:
        """The node ids of those one hint is about, in one of its repositories."""
        named = {self._known(repository, one.name) or one.node_id for one in hint.pull_requests}
        return (named | set(self._by_sha.get((repository.pk, hint.head_sha), ()))) - {""}

    def _known(self, repository: Repository, number: str) -> str:
        return self._by_number.get((repository.pk, int(number)), "") if number else ""


def _keys(hint: Hint) -> set[str]:
    return {key for one in hint.repositories for key in (one.node_id, one.name.lower()) if key}
