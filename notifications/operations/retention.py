"""Deletes deliveries that ended more than RETENTION_DAYS ago."""

from datetime import datetime, timedelta

from django.conf import settings

from monitor.background.deadline import Deadline
from monitor.background.schedules import run_again_in_a_minute
from notifications.models import Delivery

PRUNE = "deliveries"
_PORTION = 1000


def delete_old_deliveries(now: datetime, deadline: Deadline) -> int:
    """Deletes them in portions, so that no other writer waits for a long lock; returns how many rows.

    If the deadline ends the run, the task runs again in a minute.
    """
    ended = Delivery.objects.filter(ended_at__lt=now - timedelta(days=settings.RETENTION_DAYS))
    removed = 0
    while not deadline.over and (portion := list(ended.order_by("id").values_list("id", flat=True)[:_PORTION])):
        removed += Delivery.objects.filter(id__in=portion).delete()[0]
    if deadline.over:
        run_again_in_a_minute(PRUNE)
    return removed
