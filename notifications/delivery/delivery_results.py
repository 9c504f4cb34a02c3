"""Records the result of leased deliveries: sent, suppressed, failed permanently, or due again later."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from notifications.models import Delivery
from notifications.rules.retry_pauses import seconds_to_next_attempt
from notifications.rules.suppression_rules import Suppression
from notifications.transports import Posted, TransportError

log = logging.getLogger(__name__)

GIVE_UP = timedelta(hours=24)


def record_sent(rows: Sequence[Delivery], reasons: Iterable[str], posted: Posted, now: datetime) -> None:
    """Records that Slack accepted the message of `rows`; `reasons` has one entry per row."""
    for row, reason in zip(rows, reasons, strict=True):
        _write(
            row,
            state=Delivery.State.SENT,
            request=row.request,
            reason=reason,
            answer=posted.answer,
            posted_to=posted.channel,
            ts=posted.ts,
            attempts=row.attempts + 1,
            ended_at=now,
        )


def record_suppressed(row: Delivery, suppression: Suppression, now: datetime) -> None:
    """Records that a suppression rule keeps the delivery from being sent."""
    state, rule, reason = Delivery.State.SUPPRESSED, suppression.rule, suppression.reason
    _write(row, state=state, rule=rule, reason=reason, answer="", ended_at=now)


def record_failed(rows: Sequence[Delivery], answer: str, now: datetime) -> None:
    """Records a permanent failure: the deliveries are sent only if a team lead sends them again."""
    for row in rows:
        _write(row, state=Delivery.State.FAILED, answer=answer, attempts=row.attempts + 1, ended_at=now)


def record_transport_error(rows: Sequence[Delivery], error: TransportError, now: datetime) -> None:
    """Records that Slack refused or could not be reached: a permanent failure, or due again after a growing pause."""
    log.warning("Slack did not take a message for %s: %s", ", ".join(row.recipient for row in rows), error)
    if error.permanent or now - rows[0].created_at >= GIVE_UP:
        record_failed(rows, str(error), now)
        return
    again = now + timedelta(seconds=seconds_to_next_attempt(rows[0].attempts, error.retry_after))
    for row in rows:
        _write(row, answer=str(error), attempts=row.attempts + 1, due_at=again)
    if error.retry_after is not None:
        # Slack limits the workspace, not the single message: all other messages wait, too.
        others = Delivery.objects.filter(state=Delivery.State.WAITING, transport=rows[0].transport)
        others.filter(due_at__lt=again).update(due_at=again)


def _write(row: Delivery, **values: Any) -> None:
    """Writes the result and ends the lease, if this worker still holds it; else another worker decides."""
    ours = Delivery.objects.filter(pk=row.pk, lease=row.lease, state=Delivery.State.WAITING)
    if not ours.update(lease="", lease_until=None, **values):
        log.warning("Delivery %s was taken over by another worker before it ended", row.pk)
