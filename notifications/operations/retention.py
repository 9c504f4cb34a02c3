"""Deletes deliveries and digests that ended more than RETENTION_DAYS ago."""

from datetime import datetime, timedelta

from django.conf import settings

from monitor.background.deadline import Deadline
from monitor.background.schedules import run_again_in_a_minute
from notifications.models import Delivery, Digest

PRUNE = "deliveries"
_PORTION = 1000


def delete_old_rows(now: datetime, deadline: Deadline) -> int:
    """Deletes them in portions, so that no other writer waits for a long lock; returns how many rows.

    If the deadline ends the run, the task runs again in a minute.
    """
    removed = 0
    for model in (Delivery, Digest):
        ended = model._default_manager.filter(ended_at__lt=now - timedelta(days=settings.RETENTION_DAYS))
        while not deadline.over and (portion := list(ended.order_by("id").values_list("id", flat=True)[:_PORTION])):
            removed += model._default_manager.filter(id__in=portion).delete()[0]
    if deadline.over:
        run_again_in_a_minute(PRUNE)
    return removed
