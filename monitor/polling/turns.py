"""Picks what is looked at next: the due repositories of one credential that belong into one batch."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, QuerySet, Value, When

from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.github.identities import client_for
from monitor.models import Repository
from monitor.polling import leases

CANDIDATES = 300


@dataclass(frozen=True, slots=True)
class Candidate:
    """A due repository: whose credential reads it, and with how many others it may be asked for."""

    pk: int
    identity: str
    first: bool
    limit: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What to claim next; `client` is None where no credential could be had, for the reason in `error`."""

    pks: list[int]
    client: Client | None
    first: bool = False
    error: GitHubError | None = None


def due_rows(now: datetime) -> QuerySet[Repository]:
    """Never tried before all others (somebody waits for them), then by how long they have been due."""
    fresh = Case(When(last_tried_at=None, then=Value(0)), default=Value(1))
    return leases.due(now).order_by(fresh, "next_poll_at", "pk")


def next_turn(rows: QuerySet[Repository], batch_of: Callable[[Client], int], first_batch: int) -> Turn | None:
    """The next batch among `rows`; None when there is nothing to do."""
    candidates: list[Candidate] = []
    clients: dict[str, Client] = {}
    found = list(rows.values_list("pk", "full_name", "first_read_at", "batch_limit")[:CANDIDATES])
    for pk, full_name, first_read_at, limit in found:
        try:
            client = client_for(full_name.partition("/")[0])
        except GitHubError as error:
            return Turn([pk for pk, *_ in found], None, error=error)
        clients[client.identity] = client
        candidates.append(Candidate(pk, client.identity, first_read_at is None, limit))
    if not candidates:
        return None
    head = candidates[0]
    client = clients[head.identity]
    most = min(head.limit or 100, first_batch if head.first else batch_of(client))
    return Turn(alike(candidates)[:most], client, head.first)


def alike(candidates: Collection[Candidate]) -> list[int]:
    """Those that may share a batch with the first one."""
    head = next(iter(candidates))
    same: Iterable[Candidate] = (
        one for one in candidates if (one.identity, one.first, one.limit) == (head.identity, head.first, head.limit)
    )
    return [one.pk for one in same]
