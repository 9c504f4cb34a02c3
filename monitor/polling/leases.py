"""Who looks at which repository: claimed by conditional UPDATE, given back with the outcome, taken over when a worker died."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from monitor.models import Repository, Subscription

# Longer than any task may run (50 s): a lease that ran out belongs to a process that is gone.
LEASE = timedelta(seconds=60)
CLOCK_SLACK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Lease:
    """The repositories one worker may look at until `until`; `token` proves that they are still its own."""

    token: str
    until: datetime
    repositories: list[Repository] = field(default_factory=list)

    def holds(self, repository: Repository) -> bool:
        """Whether it was not taken over meanwhile."""
        return Repository.objects.filter(pk=repository.pk, lease=self.token).exists()

    def note(self, repository: Repository, **columns: Any) -> None:
        """Writes columns (progress) of a repository that is still held."""
        Repository.objects.filter(pk=repository.pk, lease=self.token).update(**columns)

    def give_back(self, outcomes: Mapping[int, Mapping[str, Any]]) -> None:
        """Writes each repository's outcome and ends the lease: one UPDATE for all that ended alike, usually one in all."""
        alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
        for pk, outcome in outcomes.items():
            alike.setdefault(tuple(sorted(outcome.items(), key=lambda pair: pair[0])), []).append(pk)
        for columns, pks in alike.items():
            held = Repository.objects.filter(pk__in=pks, lease=self.token)
            held.update(**self._kept_if_asked(dict(columns)), lease="", lease_until=None)

    def _kept_if_asked(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Somebody who asked for a look during ours is not forgotten: their time stays."""
        if "next_poll_at" in columns:
            ours = When(next_poll_at=self.until, then=Value(columns["next_poll_at"]))
            columns["next_poll_at"] = Case(ours, default=F("next_poll_at"))
        return columns


def due(now: datetime) -> QuerySet[Repository]:
    """Subscribed, not paused, not looked at by anybody, and its time has come; or its times are from a clock that ran ahead."""
    come = Q(next_poll_at__lte=now) | Q(last_tried_at__gt=now + CLOCK_SLACK)
    return watched().filter(come, free(now))


def watched(*, paused: bool = False) -> QuerySet[Repository]:
    """The repositories that anybody subscribes to, of the GitHub that the settings name: a demo's are on no other.

    Those that are looked at; or the `paused` ones.
    """
    subscribed = Exists(Subscription.objects.filter(repository=OuterRef("pk")))
    return Repository.objects.filter(subscribed, paused=paused, demo=settings.DEMO)


def free(now: datetime) -> Q:
    """No lease, one that ran out, or one that ends later than any lease can."""
    return Q(lease_until=None) | Q(lease_until__lte=now) | Q(lease_until__gt=now + LEASE + CLOCK_SLACK)


def claim(pks: Collection[int], now: datetime, *, only_due: bool = True) -> Lease:
    """Takes those of `pks` that nobody else took since they were read."""
    lease = Lease(secrets.token_hex(8), now + LEASE)
    rows = Repository.objects.filter(free(now), pk__in=pks)
    if only_due:
        rows = rows.filter(Q(next_poll_at__lte=now) | Q(last_tried_at__gt=now + CLOCK_SLACK))
    # Due again when the lease runs out: should this process die, nobody has to notice.
    if rows.update(lease=lease.token, lease_until=lease.until, next_poll_at=lease.until):
        lease.repositories.extend(Repository.objects.filter(lease=lease.token).order_by("pk"))
    return lease


def next_due(now: datetime) -> datetime | None:
    """When the next repository is due; None when nothing is watched."""
    rows: Iterable[tuple[datetime, datetime | None]] = (
        watched().order_by("next_poll_at").values_list("next_poll_at", "lease_until")[:200]
    )
    times = [max(at, until) if until else at for at, until in rows]
    return min(times, default=None)
