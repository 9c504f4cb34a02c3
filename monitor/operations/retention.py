"""Deletes old rows: events and closed pull requests after RETENTION_DAYS, ended snoozes, and other leftovers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import Failure

from monitor.accounts import sign_in_throttling
from monitor.background import schedules
from monitor.background.deadline import Deadline
from monitor.models import CodeownersFile, Event, EventSequence, PullRequest, WebhookDelivery
from monitor.recording import end_snoozes

FAILURES_KEPT = timedelta(days=7)
# GitHub redelivers webhooks of the past three days:
# https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
WEBHOOKS_KEPT = timedelta(days=4)
CHUNK = 500


def delete_old_rows(deadline: Deadline) -> int:
    """Deletes up to `CHUNK` rows per transaction until the deadline; returns how many rows.

    If the deadline ends the run, the task runs again in a minute.
    """
    now = timezone.now()
    oldest = now - timedelta(days=settings.RETENTION_DAYS)
    steps: tuple[Callable[[], int], ...] = (
        partial(_events, oldest),
        partial(_pull_requests, oldest),
        partial(_failures, now - FAILURES_KEPT),
        partial(_webhooks, now - WEBHOOKS_KEPT),
        _codeowners,
        partial(end_snoozes.delete_expired, now, CHUNK),
        partial(sign_in_throttling.delete_old_tries, now, CHUNK),
    )
    count = sum(_all_of(step, deadline) for step in steps)
    if deadline.over:
        schedules.run_again_in_a_minute(schedules.HOUSEKEEPING)
    return count


def _all_of(step: Callable[[], int], deadline: Deadline) -> int:
    count = 0
    while not deadline.over and (removed := step()):
        count += removed
    return count


def _events(oldest: datetime) -> int:
    """Deletes the first events of the sequence, without gaps, so that a cursor before them is recognized as too old."""
    with transaction.atomic():
        sequence = EventSequence.objects.select_for_update().get(pk=EventSequence.ONLY)
        # Not `filter(at__lt=oldest)`, which no index tells: each part would read all old events once more.
        first = Event.objects.order_by("id").values_list("id", "at")[:CHUNK]
        ids = [pk for pk, _ in takewhile(lambda row: row[1] < oldest, first)]
        if ids:
            Event.objects.filter(id__lte=ids[-1]).delete()
            sequence.pruned = ids[-1]
            sequence.save(update_fields=["pruned"])
    return len(ids)


def _pull_requests(oldest: datetime) -> int:
    """Deletes closed pull requests without later updates, and all rows that refer to them; their events go first."""
    old = PullRequest.objects.filter(updated_at__lt=oldest).exclude(state="open")
    ids = list(old.filter(events=None).order_by().values_list("pk", flat=True)[:CHUNK])
    PullRequest.objects.filter(pk__in=ids).delete()
    return len(ids)


def _failures(oldest: datetime) -> int:
    """Deletes failed tasks, which django-q2 itself never deletes."""
    ids = list(Failure.objects.filter(stopped__lt=oldest).values_list("pk", flat=True)[:CHUNK])
    Failure.objects.filter(pk__in=ids).delete()
    return len(ids)


def _webhooks(oldest: datetime) -> int:
    """Deletes webhook deliveries so old that GitHub cannot redeliver them."""
    old = WebhookDelivery.objects.filter(received_at__lt=oldest).order_by()
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    WebhookDelivery.objects.filter(pk__in=ids).delete()
    return len(ids)


def _codeowners() -> int:
    """Deletes CODEOWNERS files that no branch has any more."""
    ids = list(CodeownersFile.objects.filter(codeownersbranch=None).values_list("pk", flat=True)[:CHUNK])
    try:
        CodeownersFile.objects.filter(pk__in=ids, codeownersbranch=None).delete()
    except IntegrityError:
        return 0  # meanwhile a branch refers to one of them again
    return len(ids)
