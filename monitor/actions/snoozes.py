"""Snoozes a pull request for one user: until a time, until an event, or for good. Pages, API and Slack share it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from monitor.models import PullRequest, Repository, Snooze

# A later time is out of Python's range in half of the world's time zones.
LAST_YEAR = 9999


class SnoozeRefused(ValueError):
    """The snooze is not valid; `field` names the wrong field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def snooze(
    user: User, pull_request: PullRequest, *, until: datetime | None = None, until_event: str | None = None
) -> Snooze:
    """Snoozes `pull_request` for `user`, in place of an earlier snooze. Errors: SnoozeRefused."""
    now = timezone.now()
    if until is not None and until_event is not None:
        raise SnoozeRefused("until_event", "takes the place of until; send one of the two")
    if until is not None and until <= now:
        raise SnoozeRefused("until", "takes a time that is still to come")
    if until is not None and until.year >= LAST_YEAR:
        raise SnoozeRefused("until", f"takes a time before the year {LAST_YEAR}; {{}} puts it off for good")
    if until_event is not None and until_event not in Snooze.UntilEvent.values:
        raise SnoozeRefused("until_event", f"takes one of {', '.join(Snooze.UntilEvent.values)}")
    with transaction.atomic():
        # Recording takes the same lock: an event is recorded either before the snooze, or after it, and then ends it.
        Repository.objects.select_for_update().get(pk=pull_request.repository_id)
        row, _ = Snooze.objects.update_or_create(
            user=user,
            pull_request=pull_request,
            defaults={"until": until, "until_event": until_event, "created_at": now},
        )
    return row


def end_snooze(user: User, pull_request: PullRequest) -> bool:
    """Ends the snooze; False if there was none."""
    deleted, _ = Snooze.objects.filter(user=user, pull_request=pull_request).delete()
    return bool(deleted)
