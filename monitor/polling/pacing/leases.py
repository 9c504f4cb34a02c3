"""Leases repositories to workers: claims by conditional UPDATE, ends with the outcome, takes over from dead workers."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from monitor.models import Repository, Subscription

# Longer than any task may run (50 s): the worker of an expired lease is dead.
LEASE = timedelta(seconds=60)
CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Lease:
    """The repositories that one worker may look at until `until`; `token` proves that the worker still holds them."""

    token: str
    until: datetime
    repositories: list[Repository] = field(default_factory=list)

    def still_holds(self, repository: Repository) -> bool:
        """Whether no other worker has taken the repository over."""
        return Repository.objects.filter(pk=repository.pk, lease=self.token).exists()

    def write_columns(self, repository: Repository, **columns: Any) -> None:
        """Writes columns (such as progress) of a repository, if the lease still holds it."""
        Repository.objects.filter(pk=repository.pk, lease=self.token).update(**columns)

    def give_back(self, outcomes: Mapping[int, Mapping[str, Any]]) -> None:
        """Writes the outcomes and ends the lease: one UPDATE per distinct outcome, usually one in total."""
        alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
        for pk, outcome in outcomes.items():
            alike.setdefault(tuple(sorted(outcome.items(), key=lambda pair: pair[0])), []).append(pk)
        for columns, pks in alike.items():
            held = Repository.objects.filter(pk__in=pks, lease=self.token)
            held.update(**self._keep_requested_look(dict(columns)), lease="", lease_until=None)

    def _keep_requested_look(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Keeps `next_poll_at` if somebody has changed it, to request another look, during this lease."""
        if "next_poll_at" in columns:
            ours = When(next_poll_at=self.until, then=Value(columns["next_poll_at"]))
            columns["next_poll_at"] = Case(ours, default=F("next_poll_at"))
        return columns


def due(now: datetime) -> QuerySet[Repository]:
    """The due repositories: watched, without a lease, and `next_poll_at` is past or its clock was ahead of `now`."""
    come = Q(next_poll_at__lte=now) | Q(last_tried_at__gt=now + CLOCK_SLACK)
    return watched_repositories().filter(come, without_lease(now))


def watched_repositories(*, paused: bool = False) -> QuerySet[Repository]:
    """The repositories with a subscription that are not paused, or with `paused` the paused ones.

    In demo mode only the demo's repositories count, otherwise only the others.
    """
    subscribed = Exists(Subscription.objects.filter(repository=OuterRef("pk")))
    return Repository.objects.filter(subscribed, paused=paused, demo=settings.DEMO)


def without_lease(now: datetime) -> Q:
    """A condition: no lease, an expired lease, or a lease with an impossibly late end."""
    return Q(lease_until=None) | Q(lease_until__lte=now) | Q(lease_until__gt=now + LEASE + CLOCK_SLACK)


def claim_repositories(pks: Collection[int], now: datetime, *, only_due: bool = True) -> Lease:
    """Claims the repositories `pks`, without those that another worker has claimed since they were read."""
    lease = Lease(secrets.token_hex(8), now + LEASE)
    rows = Repository.objects.filter(without_lease(now), pk__in=pks)
    if only_due:
        rows = rows.filter(Q(next_poll_at__lte=now) | Q(last_tried_at__gt=now + CLOCK_SLACK))
    # The rows are due again when the lease ends: if this process dies, another one takes over.
    if rows.update(lease=lease.token, lease_until=lease.until, next_poll_at=lease.until):
        lease.repositories.extend(Repository.objects.filter(lease=lease.token).order_by("pk"))
    return lease


def next_due_at(now: datetime) -> datetime | None:
    """When the next repository is due; None if no repository is watched."""
    rows: Iterable[tuple[datetime, datetime | None]] = (
        watched_repositories().order_by("next_poll_at").values_list("next_poll_at", "lease_until")[:200]
    )
    times = [max(at, until) if until else at for at, until in rows]
    return min(times, default=None)
