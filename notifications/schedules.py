"""When `deliver` runs next: twice in the delay before a message, and when something is due."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Min, Q
from django_q.models import Schedule

from monitor.models import EventSequence
from monitor.schedules import Periodic, rearm, write_schedules
from notifications import retention, transports
from notifications.models import Delivery, Reader

DELIVER = "deliver"
OURS = (
    Periodic(DELIVER, "notifications.tasks.deliver", 1),
    Periodic(retention.PRUNE, "notifications.tasks.prune", 24 * 60),
)
# Seconds between two looks at the events, at least and at most; schedules are looked at once a second.
SOON, SELDOM = 0.5, 30


def write_standing_rows(**_: Any) -> None:
    """The schedule, and the reader from the newest event on; both only where they are missing."""
    if Schedule._meta.db_table not in connection.introspection.table_names():
        return  # one app alone is being migrated; the whole comes later
    head = EventSequence.objects.values_list("last", flat=True).filter(pk=EventSequence.ONLY).first()
    Reader.objects.get_or_create(name=Reader.SLACK, defaults={"position": head or 0})
    write_schedules(OURS)


def bring_forward(now: datetime) -> None:
    """The next run: when a delivery is due, or it is time to look at the events again. Never makes it later."""
    if not transports.enabled():
        return
    due = _next_due(now)
    look = now + timedelta(seconds=interval(settings.NOTIFY_DELAY_SECONDS))
    rearm(DELIVER, min(look, due) if due else look)


def interval(delay: int) -> float:
    """Seconds between two looks at the events: an event is found well before its message is due."""
    return max(SOON, min(SELDOM, delay / 2))


def _next_due(now: datetime) -> datetime | None:
    leased = Q(lease_until__gt=now)
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    times = waiting.aggregate(
        free=Min("due_at", filter=~leased | Q(lease_until=None)), leased=Min("lease_until", filter=leased)
    )
    return min((time for time in times.values() if time), default=None)
