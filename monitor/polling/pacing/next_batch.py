"""Selects the next batch: due repositories of one credential that one query can ask for."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, Value, When

from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.github.identities import client_for
from monitor.models import Repository
from monitor.polling.pacing import leases

CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class DueRepository:
    """A due repository. `identity`: its credential. `is_first_look`: it had no complete look yet. `limit`: its largest batch."""

    pk: int
    identity: str
    is_first_look: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class NextBatch:
    """The repositories to claim next. `client` is None if no credential is available; `error` is the reason."""

    pks: list[int]
    client: Client | None
    is_first_look: bool = False
    error: GitHubError | None = None


def due_repositories(now: datetime) -> QuerySet[Repository]:
    """The due repositories: first those that were never tried (a person waits for them), then the longest overdue."""
    fresh = Case(When(last_tried_at=None, then=Value(0)), default=Value(1))
    return leases.due(now).order_by(fresh, "next_poll_at", "pk")


def next_batch(rows: QuerySet[Repository], batch_of: Callable[[Client], int], first_batch: int) -> NextBatch | None:
    """The next batch among `rows`; None if there are no rows."""
    candidates: list[DueRepository] = []
    clients: dict[str, Client] = {}
    found = list(rows.values_list("pk", "full_name", "first_read_at", "batch_limit")[:CANDIDATES])
    for pk, full_name, first_read_at, limit in found:
        try:
            client = client_for(full_name.partition("/")[0])
        except GitHubError as error:
            return NextBatch([pk for pk, *_ in found], None, error=error)
        clients[client.identity] = client
        candidates.append(DueRepository(pk, client.identity, first_read_at is None, limit))
    if not candidates:
        return None
    head = candidates[0]
    client = clients[head.identity]
    most = min(head.limit or 100, first_batch if head.is_first_look else batch_of(client))
    return NextBatch(in_one_batch(candidates)[:most], client, head.is_first_look)


def in_one_batch(candidates: Collection[DueRepository]) -> list[int]:
    """The primary keys of the candidates that can share a batch with the first one."""
    head = next(iter(candidates))
    same: Iterable[DueRepository] = (
        one
        for one in candidates
        if (one.identity, one.is_first_look, one.limit) == (head.identity, head.is_first_look, head.limit)
    )
    return [one.pk for one in same]
