"""Sends what is due: claims it, looks again, sends or suppresses it, and remembers how it ended."""

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

from monitor.attention.turn import same
from monitor.masking import masked
from monitor.models import Person
from monitor.polling.outage import OUTAGE
from monitor.time_zones import zone_named
from notifications import message, outcome, quiet
from notifications.look import situations
from notifications.message import Asked, Message, Setting
from notifications.models import Delivery
from notifications.planning import plan, send_to
from notifications.transports import TRANSPORTS, TransportError, address_for

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

BUDGET = 25.0  # seconds in which sends begin: with the longest send, well under a task's time-out
LEASE = timedelta(seconds=60)  # longer than a task may run


def deliver(clock: Clock = timezone.now) -> int:
    """Plans what is new and sends what is due; returns how many messages were sent.

    1. Plan: new events become waiting deliveries (`planning`).
    2. Let one worker send at a time: a slow Slack must not take them all. Correct without it, too.
    3. Claim the deliveries of the message that is due longest, by a conditional UPDATE with a lease.
    4. Look again (`look`), and suppress each of which a quiet rule says so (`quiet`).
    5. Send one message for the rest, outside any transaction.
    6. Write down how it went: sent; failed, when Slack refuses for good; else due again later.

    Killed between 5 and 6, the message is sent again when the lease has run out: a second line is better than a lost
    request.
    """
    plan(clock())
    started, sent = time.monotonic(), 0
    if _somebody_sends(clock()):
        return 0
    while time.monotonic() - started < BUDGET:
        rows = claim(clock())
        if not rows:
            break
        sent += send(rows, clock)
    return sent


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=Delivery.State.WAITING)


def _somebody_sends(now: datetime) -> bool:
    return _waiting().filter(lease_until__gt=now).exists()


def claim(now: datetime) -> list[Delivery]:
    """The deliveries of one due message, ours until the lease ends; none when nothing is due."""
    free = _waiting().filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), due_at__lte=now)
    while True:
        batch = free.order_by("due_at", "id").values_list("batch", flat=True).first()
        if batch is None:
            return []
        lease = uuid4().hex
        if free.filter(batch=batch).update(lease=lease, lease_until=now + LEASE):
            rows = _waiting().filter(lease=lease).order_by("id")
            return list(rows.select_related("pull_request__repository", "user__person"))


def send(rows: Sequence[Delivery], clock: Clock) -> int:
    """Judges claimed deliveries and sends one message for those that remain; returns how many messages were sent."""
    try:
        rows = _judged(rows, clock())
        if not rows:
            return 0
        asked = [_asked(row) for row in rows]
        written = _message(rows[0], asked, clock())
        posted = TRANSPORTS[rows[0].transport].send(rows[0].channel, written)
    except TransportError as error:
        outcome.not_taken(rows, error, clock())
        return 0
    except OUTAGE:
        raise  # the lease runs out, and then it is sent
    except Exception as error:
        # A fault of ours in one message must not keep back all the others; the rows and the log tell of it.
        log.exception("Delivery %s could not be sent", rows[0].pk)
        outcome.failed(rows, masked(f"{type(error).__name__}: {error}"), clock())
        return 0
    outcome.taken(rows, map(message.reason, asked), posted, clock())
    return 1


def _judged(rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
    """Those that may be sent; the others have ended."""
    remaining = []
    found = situations(rows, now)
    for row in rows:
        verdict = quiet.judge(found[row.pk])
        if verdict is None:
            remaining.append(row)
        else:
            outcome.kept_back(row, verdict, now)
    return remaining


def _asked(row: Delivery) -> Asked:
    request = row.request
    assert request is not None  # judged as pending
    person = _reader(row) if row.asked_kind == "user" else None
    kind: Literal["user", "team"] = "team" if row.asked_kind == "team" else "user"
    slack_user_id = person.slack_user_id if person else ""
    return Asked(kind, request.name, request.by, request.asked_at, slack_user_id, _words(row, kind, request.name))


def _words(row: Delivery, kind: Literal["user", "team"], name: str) -> str:
    """The reason as everybody reads it, from the pull request's document; empty where it names no such turn."""
    whose, code = ("team", "team_requested") if kind == "team" else ("login", "review_requested")
    for turn in json.loads(row.pull_request.document)["turn"]:
        if turn["code"] == code and same(turn[whose], name):
            return str(turn["reason"])
    return ""


def _reader(row: Delivery) -> Person | None:
    person: Person | None = getattr(row.user, "person", None)
    return person


def _message(row: Delivery, asked: Sequence[Asked], now: datetime) -> Message:
    """The message of one batch: all its rows are about one pull request, and go to one place."""
    person = _reader(row) if row.personal else None
    zone = zone_named(person.time_zone if person else None)
    page = f"{settings.PUBLIC_URL}/pull-requests/{row.pull_request.repository.full_name}/{row.pull_request.number}"
    setting = Setting(now, zone, row.personal, page if settings.PUBLIC_URL else "", settings.DEMO)
    return message.review_requested(json.loads(row.pull_request.document), asked, setting)


def send_again(rows: Iterable[Delivery], now: datetime) -> int:
    """Makes failed deliveries, and those kept out of a channel, due at once, to where they would go today; how many."""
    again = 0
    for row in rows:
        if row.state != Delivery.State.FAILED and row.rule != Delivery.Rule.PRIVATE_REPOSITORY:
            continue
        row.rule = row.reason = ""
        row.state, row.ended_at, row.due_at, row.attempts, row.created_at = Delivery.State.WAITING, None, now, 0, now
        person = _reader(row)
        send_to(row, address_for(person.slack_user_id if person else ""), now)
        row.save()
        again += row.state == Delivery.State.WAITING
    return again
