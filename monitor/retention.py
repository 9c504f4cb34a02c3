"""Lets go of what is older than RETENTION_DAYS, of snoozes that have ended, of old tries to sign in, and of what background tasks left behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.models import Failure

from monitor import schedules, tries, waking
from monitor.models import CodeownersFile, Event, EventSequence, PullRequest, WebhookDelivery
from monitor.polling.deadline import Deadline

FAILURES_KEPT = timedelta(days=7)
# GitHub lets people deliver again what is three days old at most.
WEBHOOKS_KEPT = timedelta(days=4)
CHUNK = 500


def let_go(deadline: Deadline) -> int:
    """Removes what is too old, a few hundred rows a transaction, until the deadline; how many rows. The rest is due in a minute."""
    now = timezone.now()
    oldest = now - timedelta(days=settings.RETENTION_DAYS)
    steps: tuple[Callable[[], int], ...] = (
        partial(_events, oldest),
        partial(_pull_requests, oldest),
        partial(_failures, now - FAILURES_KEPT),
        partial(_webhooks, now - WEBHOOKS_KEPT),
        _codeowners,
        partial(waking.forget_ended, now, CHUNK),
        partial(tries.forget_over, now, CHUNK),
    )
    count = sum(_all_of(step, deadline) for step in steps)
    if deadline.over:
        schedules.rearm_soon(schedules.HOUSEKEEPING)
    return count


def _all_of(step: Callable[[], int], deadline: Deadline) -> int:
    count = 0
    while not deadline.over and (removed := step()):
        count += removed
    return count


def _events(oldest: datetime) -> int:
    """The oldest events: always a first part of the sequence, so that a cursor can tell that it is too old."""
    with transaction.atomic():
        sequence = EventSequence.objects.select_for_update().get(pk=EventSequence.ONLY)
        kept = Event.objects.filter(at__gte=oldest).order_by("id").values_list("id", flat=True).first()
        below = sequence.last + 1 if kept is None else kept
        ids = list(Event.objects.filter(id__lt=below).order_by("id").values_list("id", flat=True)[:CHUNK])
        if ids:
            Event.objects.filter(id__lte=ids[-1]).delete()
            sequence.pruned = ids[-1]
            sequence.save(update_fields=["pruned"])
    return len(ids)


def _pull_requests(oldest: datetime) -> int:
    """Closed ones that nothing has moved since, with all that hangs on them; their events are gone already."""
    old = PullRequest.objects.filter(updated_at__lt=oldest).exclude(state="open")
    ids = list(old.filter(events=None).order_by().values_list("pk", flat=True)[:CHUNK])
    PullRequest.objects.filter(pk__in=ids).delete()
    return len(ids)


def _failures(oldest: datetime) -> int:
    """django-q2 keeps failed tasks for ever."""
    ids = list(Failure.objects.filter(stopped__lt=oldest).values_list("pk", flat=True)[:CHUNK])
    Failure.objects.filter(pk__in=ids).delete()
    return len(ids)


def _webhooks(oldest: datetime) -> int:
    """Deliveries so old that none of them comes again."""
    old = WebhookDelivery.objects.filter(received_at__lt=oldest).order_by()
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    WebhookDelivery.objects.filter(pk__in=ids).delete()
    return len(ids)


def _codeowners() -> int:
    """CODEOWNERS files that no branch has any more."""
    ids = list(CodeownersFile.objects.filter(codeownersbranch=None).values_list("pk", flat=True)[:CHUNK])
    try:
        CodeownersFile.objects.filter(pk__in=ids, codeownersbranch=None).delete()
    except IntegrityError:
        return 0  # a branch got one of them again in this moment
    return len(ids)
