"""How claimed deliveries ended: sent, suppressed, failed for good, or due again later."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from notifications.models import Delivery
from notifications.quiet import Verdict
from notifications.transports import Posted, TransportError

log = logging.getLogger(__name__)

FIRST_RETRY = 5.0  # seconds, doubling
LAST_RETRY = 900.0
GIVE_UP = timedelta(hours=24)


def taken(rows: Sequence[Delivery], reasons: Iterable[str], posted: Posted, now: datetime) -> None:
    """Slack has the message."""
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


def kept_back(row: Delivery, verdict: Verdict, now: datetime) -> None:
    """A quiet rule said no."""
    _write(row, state=Delivery.State.SUPPRESSED, rule=verdict.rule, reason=verdict.reason, answer="", ended_at=now)


def failed(rows: Sequence[Delivery], answer: str, now: datetime) -> None:
    """It will never be sent, unless somebody says so."""
    for row in rows:
        _write(row, state=Delivery.State.FAILED, answer=answer, attempts=row.attempts + 1, ended_at=now)


def not_taken(rows: Sequence[Delivery], error: TransportError, now: datetime) -> None:
    """Slack refused, or could not be reached: fails for good, or is due again after a while that grows."""
    log.warning("Slack did not take a message for %s: %s", ", ".join(row.recipient for row in rows), error)
    if error.permanent or now - rows[0].created_at >= GIVE_UP:
        failed(rows, str(error), now)
        return
    again = now + timedelta(seconds=_wait(rows[0].attempts, error.retry_after))
    for row in rows:
        _write(row, answer=str(error), attempts=row.attempts + 1, due_at=again)
    if error.retry_after is not None:
        # The limit is the workspace's, not the message's: the others wait as well.
        others = Delivery.objects.filter(state=Delivery.State.WAITING, transport=rows[0].transport)
        others.filter(due_at__lt=again).update(due_at=again)


def _wait(attempts: int, retry_after: float | None) -> float:
    """Seconds until the next attempt; what Slack asks for counts, however long."""
    return retry_after if retry_after is not None else min(FIRST_RETRY * 2 ** min(attempts, 10), LAST_RETRY)


def _write(row: Delivery, **values: Any) -> None:
    """Writes and gives the lease back, if it is still ours: after it ran out, another worker's word counts."""
    ours = Delivery.objects.filter(pk=row.pk, lease=row.lease, state=Delivery.State.WAITING)
    if not ours.update(lease="", lease_until=None, **values):
        log.warning("Delivery %s was taken over by another worker before it ended", row.pk)
