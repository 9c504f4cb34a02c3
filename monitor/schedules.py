"""The schedules of the background work: the rows django-q2 reads, how one is woken, and how one is put off.

A row's own period is only the dead man's handle. A task that knows better when it has work again says so with `rearm`,
so that nothing runs, and nothing is written, every second.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django_q.models import Schedule

POLL = "poll"
TEAMS = "teams"
CREDENTIALS = "credentials"
LOGINS = "logins"
WEBHOOKS = "webhooks"
HOUSEKEEPING = "housekeeping"


@dataclass(frozen=True, slots=True)
class Periodic:
    """A task by its dotted path, and after how many minutes it runs again at the latest."""

    name: str
    task: str
    minutes: int


OURS = (
    Periodic(POLL, "monitor.tasks.poll", 1),
    Periodic(WEBHOOKS, "monitor.tasks.webhooks", 1),
    Periodic(TEAMS, "monitor.tasks.teams", 10),
    Periodic(LOGINS, "monitor.tasks.logins", 10),
    Periodic(CREDENTIALS, "monitor.tasks.credentials", 60),
    Periodic(HOUSEKEEPING, "monitor.tasks.housekeeping", 24 * 60),
)


def write_schedules(rows: Iterable[Periodic] = OURS) -> None:
    """Makes sure that there is exactly one row of each name; one that is there keeps its time."""
    for row in rows:
        with transaction.atomic():
            _write(row)


def _write(row: Periodic) -> None:
    found, *doubled = Schedule.objects.select_for_update().filter(name=row.name).order_by("pk") or [None]
    for extra in doubled:
        extra.delete()
    now, latest = timezone.now(), timezone.now() + timedelta(minutes=row.minutes)
    if found is None:
        found = Schedule(name=row.name, next_run=now)
    wanted = {"func": row.task, "schedule_type": Schedule.MINUTES, "minutes": row.minutes, "repeats": -1}
    if found.next_run is None or found.next_run > latest:
        wanted["next_run"] = now  # left over from a clock that ran ahead
    if any(getattr(found, name) != value for name, value in wanted.items()) or found.pk is None:
        for name, value in wanted.items():
            setattr(found, name, value)
        found.save()


def wake(name: str = POLL) -> None:
    """Makes the schedule due at once, as soon as the open transaction (if any) is committed."""
    transaction.on_commit(partial(_not_later, name, timezone.now()))


def rearm(name: str, at: datetime) -> None:
    """Lets the schedule run at `at` unless it runs sooner anyway: somebody may have woken it meanwhile."""
    _not_later(name, at)


def rearm_soon(name: str) -> None:
    """Lets the schedule run again in a minute: there was more to do than a task has time for."""
    rearm(name, timezone.now() + timedelta(minutes=1))


def _not_later(name: str, at: datetime) -> None:
    Schedule.objects.filter(name=name, next_run__gt=at).update(next_run=at)
