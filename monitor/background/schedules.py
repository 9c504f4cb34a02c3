"""Writes the schedules of the background tasks, which are rows of django-q2, and moves their next runs forward.

The period of a row is the longest time between two runs. A task that has work earlier says so with
`run_no_later_than`, so that it need not run every second to look for work.
https://django-q2.readthedocs.io/en/master/schedules.html
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
class PeriodicTask:
    """A task by its dotted path. It runs again after `minutes` at the latest."""

    name: str
    task: str
    minutes: int


PERIODIC_TASKS = (
    PeriodicTask(POLL, "monitor.tasks.poll", 1),
    PeriodicTask(WEBHOOKS, "monitor.tasks.webhooks", 1),
    PeriodicTask(TEAMS, "monitor.tasks.teams", 10),
    PeriodicTask(LOGINS, "monitor.tasks.logins", 10),
    PeriodicTask(CREDENTIALS, "monitor.tasks.credentials", 60),
    PeriodicTask(HOUSEKEEPING, "monitor.tasks.housekeeping", 24 * 60),
)


def write_schedules(rows: Iterable[PeriodicTask] = PERIODIC_TASKS) -> None:
    """Makes sure that each task has exactly one row; an existing row keeps its next run."""
    for row in rows:
        with transaction.atomic():
            _write(row)


def _write(row: PeriodicTask) -> None:
    found, *duplicates = Schedule.objects.select_for_update().filter(name=row.name).order_by("pk") or [None]
    for extra in duplicates:
        extra.delete()
    now, latest = timezone.now(), timezone.now() + timedelta(minutes=row.minutes)
    if found is None:
        found = Schedule(name=row.name, next_run=now)
    wanted = {"func": row.task, "schedule_type": Schedule.MINUTES, "minutes": row.minutes, "repeats": -1}
    if found.next_run is None or found.next_run > latest:
        wanted["next_run"] = now  # written while the clock was ahead
    if any(getattr(found, name) != value for name, value in wanted.items()) or found.pk is None:
        for name, value in wanted.items():
            setattr(found, name, value)
        found.save()


def run_now(name: str = POLL) -> None:
    """Makes the schedule due now, after the open transaction (if any) is committed."""
    transaction.on_commit(partial(run_no_later_than, name, timezone.now()))


def run_no_later_than(name: str, at: datetime) -> None:
    """Moves the next run of the schedule forward to `at`; an earlier run stays."""
    Schedule.objects.filter(name=name, next_run__gt=at).update(next_run=at)


def run_again_in_a_minute(name: str) -> None:
    """Moves the next run forward to one minute from now: the task ran out of time before it ran out of work."""
    run_no_later_than(name, timezone.now() + timedelta(minutes=1))
