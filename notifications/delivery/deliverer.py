"""Sends the deliveries that are due, one message per batch, and sends failed ones again on request."""

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from monitor.background.database_outage import DATABASE_OUTAGE
from monitor.models import Person
from monitor.queries.time_zones import zone_named
from monitor.rules.logins import same_login
from monitor.rules.masking import masked
from notifications.delivery import delivery_results
from notifications.delivery.absences import absences_in
from notifications.delivery.current_situation import situations
from notifications.messages.absence_message import absence_message, reason_of
from notifications.messages.message import Message
from notifications.messages.review_request_message import (
    MessageContext,
    OpenRequest,
    reason_for,
    review_request_message,
)
from notifications.models import Delivery
from notifications.planning.planner import plan, set_destination
from notifications.rules.suppression_rules import suppression_before_sending
from notifications.transports import TRANSPORTS, TransportError, destination_for

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

# No batch is begun after this many seconds. With the longest send the run ends well before a task's timeout of 50 s.
BUDGET = 25.0
LEASE = timedelta(seconds=60)  # longer than a task may run: the worker of an expired lease is dead


def deliver(clock: Clock = timezone.now) -> int:
    """Plans deliveries for new events and sends those that are due; returns how many messages were sent.

    1. Plan: new events become waiting deliveries (`notifications.planning`).
    2. Stop if another worker is sending, so that a slow Slack does not occupy all workers. Sending stays correct
       without this step.
    3. Lease the batch that has been due longest, by a conditional UPDATE.
    4. Read the current situation (`current_situation`), and suppress deliveries by the `suppression_rules`.
    5. Send one message for the rest of the batch, outside any transaction.
    6. Record the result: sent; failed, when Slack refuses permanently; otherwise due again later.

    If the worker is killed between 5 and 6, the message is sent again after the lease has expired: a message that
    comes twice is better than a lost review request.
    """
    plan(clock())
    started, sent = time.monotonic(), 0
    if _another_worker_sends(clock()):
        return 0
    while time.monotonic() - started < BUDGET:
        rows = lease_next_batch(clock())
        if not rows:
            break
        sent += send_batch(rows, clock)
    return sent


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.WAITING)


def _another_worker_sends(now: datetime) -> bool:
    return _waiting().filter(lease_until__gt=now).exists()


def lease_next_batch(now: datetime) -> list[Delivery]:
    """Leases the deliveries of the batch that has been due longest, for `LEASE`; empty if no batch is due."""
    free = _waiting().filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), due_at__lte=now)
    while True:
        batch = free.order_by("due_at", "id").values_list("batch", flat=True).first()
        if batch is None:
            return []
        lease = uuid4().hex
        if free.filter(batch=batch).update(lease=lease, lease_until=now + LEASE):
            rows = _waiting().filter(lease=lease).order_by("id")
            return list(rows.select_related("pull_request__repository", "user__person"))


def send_batch(rows: Sequence[Delivery], clock: Clock) -> int:
    """Sends one message for those leased deliveries that no rule suppresses; returns how many messages were sent."""
    now = clock()
    try:
        rows = _suppress(rows, now)
        if not rows:
            return 0
        message, reasons = _compose(rows, now)
        posted = TRANSPORTS[rows[0].transport].send(rows[0].channel, message)
    except TransportError as error:
        delivery_results.record_transport_error(rows, error, clock())
        return 0
    except DATABASE_OUTAGE:
        raise  # the deliveries are due again when the lease has expired
    except Exception as error:
        # A bug that concerns one message must not stop the other messages. The rows and the log show the error.
        log.exception("Delivery %s could not be sent", rows[0].pk)
        delivery_results.record_failed(rows, masked(f"{type(error).__name__}: {error}"), clock())
        return 0
    delivery_results.record_sent(rows, reasons, posted, clock())
    return 1


def _suppress(rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Records the deliveries that a rule suppresses, and returns the others."""
    remaining = []
    found = situations(rows, now)
    for row in rows:
        suppression = suppression_before_sending(found[row.pk])
        if suppression is None:
            remaining.append(row)
        else:
            delivery_results.record_suppressed(row, suppression, now)
    return remaining


def _open_request(row: Delivery) -> OpenRequest:
    request = row.request
    assert request is not None  # a delivery without an open request was suppressed
    person = _person(row) if row.asked_kind == "user" else None
    kind: Literal["user", "team"] = "team" if row.asked_kind == "team" else "user"
    slack_user_id = person.slack_user_id if person else ""
    reason = _reason_in_document(row, kind, request.name)
    return OpenRequest(kind, request.name, request.by, request.asked_at, slack_user_id, reason)


def _reason_in_document(row: Delivery, kind: Literal["user", "team"], name: str) -> str:
    """The reason that pages and API show, from the pull request's document; empty if the document has none."""
    whose, code = ("team", "team_requested") if kind == "team" else ("login", "review_requested")
    for turn in json.loads(row.pull_request.document)["turn"]:
        if turn["code"] == code and same_login(turn[whose], name):
            return str(turn["reason"])
    return ""


def _person(row: Delivery) -> Person | None:
    person: Person | None = getattr(row.user, "person", None)
    return person


def _compose(rows: Sequence[Delivery], now: datetime) -> tuple[Message, list[str]]:
    """The message of a batch, and for each of its deliveries why it is sent.

    All deliveries of a batch are of one kind, about one pull request, and go to one destination.
    """
    document, context = json.loads(rows[0].pull_request.document), _context(rows[0], now)
    if rows[0].kind == Delivery.Kind.ABSENCE:
        absences = absences_in(rows, now)
        return absence_message(document, absences, context), [reason_of(absence, context) for absence in absences]
    requests = [_open_request(row) for row in rows]
    return review_request_message(document, requests, context), [reason_for(request) for request in requests]


def _context(row: Delivery, now: datetime) -> MessageContext:
    person = _person(row) if row.personal else None
    zone = zone_named(person.time_zone if person else None)
    page = f"{settings.PUBLIC_URL}/pull-requests/{row.pull_request.repository.full_name}/{row.pull_request.number}"
    return MessageContext(now, zone, row.personal, page if settings.PUBLIC_URL else "", settings.DEMO)


def send_again(rows: Iterable[Delivery], now: datetime) -> int:
    """Makes deliveries due at once that failed, or were suppressed because a channel gets nothing about private ones.

    They go to where the person is reached now. Returns how many of `rows` are due.
    """
    again = 0
    for row in rows:
        if row.state != Delivery.State.FAILED and row.rule != Delivery.Rule.PRIVATE_REPOSITORY:
            continue
        row.rule = row.reason = ""
        row.state, row.ended_at, row.due_at, row.attempts, row.created_at = Delivery.State.WAITING, None, now, 0, now
        person = _person(row)
        set_destination(row, destination_for(person.slack_user_id if person else ""), now)
        row.save()
        again += row.state == Delivery.State.WAITING
    return again
