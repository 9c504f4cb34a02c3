"""How long it is remembered what was told to whom."""

from datetime import datetime, timedelta

from django.conf import settings

from monitor.polling.deadline import Deadline
from monitor.schedules import rearm_soon
from notifications.models import Delivery

PRUNE = "deliveries"
_AT_ONCE = 1000


def prune(now: datetime, deadline: Deadline) -> int:
    """Deletes deliveries that ended more than RETENTION_DAYS ago, in portions so that nobody waits for a long lock.

    What the deadline leaves is due in a minute.
    """
    ended = Delivery.objects.filter(ended_at__lt=now - timedelta(days=settings.RETENTION_DAYS))
    removed = 0
    while not deadline.over and (portion := list(ended.order_by("id").values_list("id", flat=True)[:_AT_ONCE])):
        removed += Delivery.objects.filter(id__in=portion).delete()[0]
    if deadline.over:
        rearm_soon(PRUNE)
    return removed
