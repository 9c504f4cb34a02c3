"""Background tasks: thin, and safe to lose or to run twice."""

from django.utils import timezone

from monitor.polling.deadline import Deadline
from notifications import delivery, retention, schedules

SECONDS = 30


def deliver() -> int:
    """Plans and sends Slack messages; returns how many were sent."""
    try:
        return delivery.deliver()
    finally:
        schedules.bring_forward(timezone.now())


def prune() -> int:
    """Removes what was (not) told so long ago that nobody asks; returns how many rows."""
    return retention.prune(timezone.now(), Deadline(SECONDS))
