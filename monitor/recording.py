"""Writes what a look at GitHub found: the only writer of pull requests, the ledger and events; one transaction a repository."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from monitor import waking
from monitor.carry import carried
from monitor.columns import fill, mark
from monitor.derived import derive, takers_of
from monitor.diff import changes, occurred_at, update_type
from monitor.ledger import follow
from monitor.models import Ownership, PullRequest, Repository
from monitor.models.team import members_of
from monitor.snapshot import Snapshot
from monitor.taking import taken
from monitor.telling import Told, tell
from monitor.turning import Standing, own_changes
from monitor.writing import Look, read_ledger, write_involvements, write_ledger, write_ownerships, write_rows

Owned = Mapping[str, Ownership]  # node id of a pull request -> its code owners, not saved yet


def record(
    repository: Repository,
    snapshots: Iterable[Snapshot],
    *,
    now: datetime,
    first_look: bool = False,
    in_full: bool = True,
    owned: Owned | None = None,
) -> list[int]:
    """Makes `snapshots` the state of the repository's pull requests and returns the ids of the events written.

    1. Lock the repository's row: two workers on one repository take turns.
    2. Compare digests with the database; what GitHub says as before is left alone, what is older than ours as well.
    3. Work out changes, ledger, roles and turns of the rest, and write them in bulk.
    4. End the snoozes that waited for one of the changes; only GitHub's own end them.
    5. Last, take the next numbers from the event sequence: ids are in commit order and without gaps.
    6. After the commit, ring the doorbell.

    A `first_look` writes state but no events. A repository that is gone is nothing to do. `owned`: code owners that
    were worked out for some of them. Not `in_full`: only the checks were read, so `as_of` stays.
    """
    offered = {snapshot.node_id: snapshot for snapshot in snapshots}
    if not offered:
        return []
    with transaction.atomic():
        locked = Repository.objects.select_for_update().filter(pk=repository.pk).first()
        looks = _looks(locked, offered, now, in_full) if locked else []
        if not looks or locked is None:
            return []
        _adopt(looks, owned or {})
        read_ledger(looks)
        _derive(locked, looks, now)
        write_rows(looks)
        audiences = write_involvements(looks)
        write_ledger(looks)
        write_ownerships(looks)
        _wake(looks)
        return [] if first_look else tell(_told(looks, audiences, now), now)


def rederive(
    pull_requests: QuerySet[PullRequest], *, now: datetime, owned: Owned | None = None, by: str | None = None
) -> int:
    """Works documents, roles and turns out anew where something besides the snapshot changed; returns how many differ.

    For claims, team members, code owners (`owned` brings new ones) and new names of a repository. An event is written
    where a claim or a turn changed by it; `by`: the login whose act it was.
    """
    with transaction.atomic():
        repositories = (
            Repository.objects.select_for_update()
            .filter(pk__in=pull_requests.order_by().values("repository"))
            .order_by("pk")  # all who lock several do so in one order
        )
        by_id = {repository.pk: repository for repository in repositories}
        looks = [_again(row) for row in _kept_beside(pull_requests.filter(repository__in=by_id))]
        _adopt(looks, owned or {})
        read_ledger(looks)
        stale: list[Look] = []
        for repository in by_id.values():
            own = [look for look in looks if look.row.repository_id == repository.pk]
            had = {look.row.pk: look.row.document for look in own}
            _derive(repository, own, now, by)
            stale += [look for look in own if look.row.document != had[look.row.pk]]
        write_rows(stale)
        audiences = write_involvements(stale)
        write_ledger(stale)
        write_ownerships(looks)
        tell(_told(stale, audiences, now), now)
    return len(stale)


def _again(row: PullRequest) -> Look:
    seen = row.seen
    return Look(row, seen, seen, [], Standing.of(row.document))


def _looks(repository: Repository, offered: dict[str, Snapshot], now: datetime, in_full: bool) -> list[Look]:
    known = dict(PullRequest.objects.filter(node_id__in=offered).values_list("node_id", "digest"))
    news = [snapshot for node_id, snapshot in offered.items() if known.get(node_id) != snapshot.digest]
    rows = _rows([snapshot.node_id for snapshot in news if snapshot.node_id in known])
    looks = (_look(repository, rows.get(snapshot.node_id), snapshot, now, in_full) for snapshot in news)
    return [look for look in looks if look is not None]


def _rows(node_ids: list[str]) -> dict[str, PullRequest]:
    if not node_ids:
        return {}
    rows = _kept_beside(PullRequest.objects.filter(node_id__in=node_ids)).annotate(awaited=waking.awaited())
    return {row.node_id: row for row in rows}


def _kept_beside(rows: QuerySet[PullRequest]) -> QuerySet[PullRequest]:
    """The rows with what is kept beside the snapshot, but for the long lists of paths."""
    return rows.select_related("claim", "ownership").defer("ownership__paths")


def _adopt(looks: Sequence[Look], owned: Owned) -> None:
    """Puts newly found code owners in the place of those the row has."""
    for look in looks:
        look.owned = owned.get(look.row.node_id)
        if look.owned is not None:
            look.row.ownership = look.owned


def _look(repository: Repository, row: PullRequest | None, said: Snapshot, now: datetime, in_full: bool) -> Look | None:
    before = row.seen if row else None
    after = carried(before, said)
    if before is not None and row is not None:
        if said.updated_at < before.updated_at:
            return None  # an answer that was overtaken by a later one
        if after == before and row.repository_id == repository.pk:
            return None
    awaited = getattr(row, "awaited", False)
    stood = Standing.of(row.document) if row else None
    row = row or PullRequest(node_id=said.node_id)
    mark(row, before, after, now)
    fill(row, repository, said.digest, after)
    row.as_of = now if in_full or row.as_of is None else row.as_of
    return Look(row, before, after, changes(before, after), stood, awaited=awaited)


def _derive(repository: Repository, looks: Sequence[Look], now: datetime, by: str | None = None) -> None:
    members = members_of(_teams(looks))
    takers = takers_of(((look.row, look.after) for look in looks), now)
    for look in looks:
        taker = takers.get(look.row.pk)
        look.requests = taken(follow(look.had, look.after, now, members), look.after, taker, members)
        look.derived = derive(repository, look.row, look.after, look.requests, members, taker)
        look.row.document = look.derived.document
        look.row.turn_since = look.derived.turn_since
        if look.stood is not None:
            look.own = own_changes(look.stood, look.derived.standing, now, told=look.changes, by=by)


def _teams(looks: Sequence[Look]) -> set[str]:
    asked = {request.name for look in looks for request in look.after.review_requests if request.kind == "team"}
    return asked | {entry.name for look in looks for entry in look.had if entry.kind == "team" and entry.open}


def _wake(looks: Sequence[Look]) -> None:
    waking.wake({look.row.pk: waking.happened(look.changes, look.after.author) for look in looks if look.awaited})


def _told(looks: Sequence[Look], audiences: dict[int, dict[str, list[str]]], now: datetime) -> list[Told]:
    return [
        Told(
            look.row,
            update_type(look.before, look.after),
            found,
            audiences[look.row.pk],
            look.derived.standing.turn,
            occurred_at(found, look.after, now),
        )
        for look in looks
        if (found := [*look.changes, *look.own])
    ]
