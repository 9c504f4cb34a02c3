"""Queues webhook hints in the database: each stored once, taken by one worker at a time, postponed on errors."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from monitor.background import schedules
from monitor.github.webhooks import Hint
from monitor.models import WebhookDelivery
from monitor.polling.pacing.leases import CLOCK_SLACK, LEASE

AT_ONCE = 300
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 5, 300
# That many tries take more than an hour: by then the regular looks have found the change.
TRIES = 20
# GitHub never demands a longer pause: a later time was written by a clock that ran ahead.
LATEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class DeliveryBatch:
    """The deliveries that one worker has taken; `token` proves that the worker still holds them."""

    token: str = ""
    rows: list[WebhookDelivery] = field(default_factory=list)

    def mark_done(self, pks: Collection[int], error: str = "") -> None:
        """Marks deliveries as done, or with `error` as given up."""
        self._held_rows(pks).update(done_at=timezone.now(), lease="", error=error)

    def postpone(self, row: WebhookDelivery, error: Exception, until: datetime | None) -> bool:
        """Postpones a delivery until `until`, or with growing pauses; returns False if it was given up instead."""
        if row.attempts >= TRIES:
            self.mark_done([row.pk], str(error))
            return False
        again = max(until or timezone.now() + _pause(row.attempts), timezone.now() + timedelta(seconds=1))
        self._held_rows([row.pk]).update(due_at=again, lease="", error=str(error))
        return True

    def _held_rows(self, pks: Collection[int]) -> QuerySet[WebhookDelivery]:
        return WebhookDelivery.objects.filter(pk__in=pks, lease=self.token)


def store_delivery(delivery: str, event: str, action: str, hint: Hint | None, mark: str | None = None) -> bool:
    """Stores a delivery and wakes the worker; returns False if this delivery, or one with its mark, is stored already."""
    now = timezone.now()
    same = Q(delivery=delivery) if mark is None else Q(delivery=delivery) | Q(mark=mark)
    if WebhookDelivery.objects.filter(same).exists():
        return False
    kept = WebhookDelivery(delivery=delivery, mark=mark, event=event, action=action, received_at=now, due_at=now)
    kept.hint, kept.done_at = (hint.to_json(), None) if hint else (None, now)
    try:
        with transaction.atomic():
            kept.save(force_insert=True)
    except IntegrityError:
        return False  # the same delivery came twice at the same time: the other process has stored it
    if hint:
        schedules.run_now(schedules.WEBHOOKS)
    return True


def take_batch() -> DeliveryBatch:
    """The next batch of hints; empty while another worker has a batch, because that worker takes the next batch, too.

    So hints of a burst collect while earlier hints are read, and are then read together.
    """
    now, token = timezone.now(), secrets.token_hex(8)
    pks = list(_unfinished_deliveries().filter(_due(now)).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if not pks or _another_worker_is_busy(now):
        return DeliveryBatch()
    # The rows are due again when the lease ends: if this process dies, another one takes them.
    taken = _unfinished_deliveries().filter(_due(now), pk__in=pks)
    taken.update(lease=token, due_at=now + LEASE, attempts=F("attempts") + 1)
    rows = list(WebhookDelivery.objects.filter(lease=token).order_by("pk"))
    return DeliveryBatch(token, rows)


def schedule_next_run() -> None:
    """Schedules the next run for the time when the next hint is due."""
    due = _unfinished_deliveries().order_by("due_at").values_list("due_at", flat=True).first()
    if due is not None:
        schedules.run_no_later_than(schedules.WEBHOOKS, max(due, timezone.now()))


def _unfinished_deliveries() -> QuerySet[WebhookDelivery]:
    """The deliveries that are not done. Those with too many tries (their workers died) rest until their deletion."""
    return WebhookDelivery.objects.filter(done_at=None, attempts__lte=TRIES)


def _due(now: datetime) -> Q:
    return Q(due_at__lte=now) | Q(due_at__gt=now + LATEST)


def _another_worker_is_busy(now: datetime) -> bool:
    held = WebhookDelivery.objects.filter(done_at=None, due_at__gt=now, due_at__lte=now + LEASE + CLOCK_SLACK)
    return held.exclude(lease="").exists()


def _pause(attempts: int) -> timedelta:
    return timedelta(seconds=min(FIRST_WAIT_SECONDS * 2 ** min(attempts, 10), LONGEST_WAIT_SECONDS))
