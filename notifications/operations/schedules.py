"""Schedules the tasks. `deliver` runs when a delivery is due, and reads events well before their delay ends."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Min, Q
from django_q.models import Schedule

from monitor.background.schedules import PeriodicTask, run_no_later_than, write_schedules
from monitor.models import EventSequence
from notifications import transports
from notifications.models import Delivery, Reader
from notifications.operations import retention, slack_statuses

DELIVER = "deliver"
PERIODIC_TASKS = (
    PeriodicTask(DELIVER, "notifications.tasks.deliver", 1),
    PeriodicTask("digests", "notifications.tasks.send_digests", 1),
    PeriodicTask(slack_statuses.TASK, "notifications.tasks.read_slack_statuses", 60),
    PeriodicTask(retention.PRUNE, "notifications.tasks.prune", 24 * 60),
)
# The seconds between two readings of the events. The cluster starts due tasks once a second.
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.5, 30


def write_required_rows(**_: Any) -> None:
    """Writes the schedules, and the reader at the position of the newest event, where they are missing."""
    needed = {model._meta.db_table for model in (Schedule, EventSequence, Reader)}
    if not needed.issubset(connection.introspection.table_names()):
        return  # `migrate` of a single app may run before the other apps have tables
    head = EventSequence.objects.values_list("last", flat=True).filter(pk=EventSequence.ONLY).first()
    Reader.objects.get_or_create(name=Reader.SLACK, defaults={"position": head or 0})
    write_schedules(PERIODIC_TASKS)


def schedule_next_run(now: datetime) -> None:
    """Schedules `deliver` for the next due delivery or reading of events. Never moves a run to a later time."""
    if not transports.enabled():
        return
    due = _next_due(now)
    next_reading = now + timedelta(seconds=reading_interval(settings.NOTIFY_DELAY_SECONDS))
    run_no_later_than(DELIVER, min(next_reading, due) if due else next_reading)


def reading_interval(delay: int) -> float:
    """Seconds between two readings of the events: half the `delay` (s), so events are read before the delay ends."""
    return max(SHORTEST_INTERVAL, min(LONGEST_INTERVAL, delay / 2))


def _next_due(now: datetime) -> datetime | None:
    leased = Q(lease_until__gt=now)
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    times = waiting.aggregate(
        free=Min("due_at", filter=~leased | Q(lease_until=None)), leased=Min("lease_until", filter=leased)
    )
    return min((time for time in times.values() if time), default=None)
