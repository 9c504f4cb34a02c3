"""Background tasks: thin, and safe to lose or to run twice."""

from django.utils import timezone

from notifications import delivery, schedules


def deliver() -> int:
    """Plans and sends Slack messages; returns how many were sent."""
    try:
        return delivery.deliver()
    finally:
        schedules.bring_forward(timezone.now())
