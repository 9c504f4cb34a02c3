"""The background tasks that the schedules name. They take no arguments, and may be lost or run twice without harm."""

from django.utils import timezone

from monitor.background.deadline import Deadline
from notifications.delivery import deliverer
from notifications.digests import digest_sender, ticking_off
from notifications.operations import retention, schedules, slack_statuses

# No portion is begun after this many seconds; a task's timeout is 50 s.
SECONDS = 30


def deliver() -> int:
    """Plans and sends Slack messages, and schedules the next run; returns how many were sent."""
    try:
        return deliverer.deliver()
    finally:
        schedules.schedule_next_run(timezone.now())


def send_digests() -> int:
    """Sends the digests that are due, and crosses out what is settled in those of today; returns how many were sent."""
    ticking_off.tick_off()
    return digest_sender.send_digests().sent


def read_slack_statuses() -> int:
    """Takes absences from the statuses that people have set in Slack; returns how many it read."""
    return slack_statuses.read_slack_statuses(timezone.now(), Deadline(SECONDS))


def prune() -> int:
    """Deletes deliveries and digests that ended more than RETENTION_DAYS ago; returns how many rows."""
    return retention.delete_old_rows(timezone.now(), Deadline(SECONDS))
