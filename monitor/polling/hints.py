"""The hints of webhooks as a queue: kept once, taken by one worker at a time, put off while GitHub does not answer."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from monitor import schedules
from monitor.github.webhooks import Hint
from monitor.models import WebhookDelivery
from monitor.polling.leases import CLOCK_SLACK, LEASE

AT_ONCE = 300
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 5, 300
# More than an hour of trying: by then the regular looks have found whatever it was about.
TRIES = 20
# No wait that GitHub asks for is longer: a later time was written by a clock that ran ahead.
LATEST = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries one worker has taken; `token` proves that they are still its own."""

    token: str = ""
    rows: list[WebhookDelivery] = field(default_factory=list)

    def done(self, pks: Collection[int], error: str = "") -> None:
        """These were looked at, or (with an error) given up."""
        self._held(pks).update(done_at=timezone.now(), lease="", error=error)

    def put_off(self, row: WebhookDelivery, error: Exception, until: datetime | None) -> bool:
        """Tried again later, at the time that is known or ever later; False when it was given up."""
        if row.attempts >= TRIES:
            self.done([row.pk], str(error))
            return False
        again = max(until or timezone.now() + _wait(row.attempts), timezone.now() + timedelta(seconds=1))
        self._held([row.pk]).update(due_at=again, lease="", error=str(error))
        return True

    def _held(self, pks: Collection[int]) -> QuerySet[WebhookDelivery]:
        return WebhookDelivery.objects.filter(pk__in=pks, lease=self.token)


def keep(delivery: str, event: str, action: str, hint: Hint | None, mark: str | None = None) -> bool:
    """Remembers a delivery and has its hint looked at; False when it, or another with its mark, was there already."""
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
        return False  # it came twice at once: the other one was kept
    if hint:
        schedules.wake(schedules.WEBHOOKS)
    return True


def take() -> Batch:
    """The next hints; none while another worker is at it, who will find what comes meanwhile when it is done.

    So hints that come in a burst gather while the ones before them are read, and are then read together.
    """
    now, token = timezone.now(), secrets.token_hex(8)
    pks = list(_waiting().filter(_due(now)).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if not pks or _somebody_works(now):
        return Batch()
    # Due again when the lease runs out: should this process die, nobody has to notice.
    taken = _waiting().filter(_due(now), pk__in=pks)
    taken.update(lease=token, due_at=now + LEASE, attempts=F("attempts") + 1)
    rows = list(WebhookDelivery.objects.filter(lease=token).order_by("pk"))
    return Batch(token, rows)


def rearm() -> None:
    """The schedule runs again when the next hint is due."""
    due = _waiting().order_by("due_at").values_list("due_at", flat=True).first()
    if due is not None:
        schedules.rearm(schedules.WEBHOOKS, max(due, timezone.now()))


def _waiting() -> QuerySet[WebhookDelivery]:
    """Not looked at yet; what was tried too often (its workers died of it) rests until it is forgotten."""
    return WebhookDelivery.objects.filter(done_at=None, attempts__lte=TRIES)


def _due(now: datetime) -> Q:
    return Q(due_at__lte=now) | Q(due_at__gt=now + LATEST)


def _somebody_works(now: datetime) -> bool:
    held = WebhookDelivery.objects.filter(done_at=None, due_at__gt=now, due_at__lte=now + LEASE + CLOCK_SLACK)
    return held.exclude(lease="").exists()


def _wait(attempts: int) -> timedelta:
    return timedelta(seconds=min(FIRST_WAIT_SECONDS * 2 ** min(attempts, 10), LONGEST_WAIT_SECONDS))
