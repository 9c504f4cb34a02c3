"""Reads new events and writes down who could be told of them, each event exactly once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from monitor import queries
from monitor.models import Event
from notifications import transports
from notifications.audience import Candidate, candidates
from notifications.models import Delivery, Reader
from notifications.quiet import Situation, judge_at_once

PAGE = 200
NOWHERE = "no Slack user is known for them, and there is no default channel"


def plan(now: datetime) -> int:
    """Brings the reader up to the newest event; returns how many deliveries were written.

    1. Read where the reader stands and where the events end: mostly the same, and that is all.
    2. Without any transport nothing could ever be sent: move on and plan nothing.
    3. Read a page of events and work out the deliveries, outside any transaction.
    4. In one transaction move the reader from where it stood and write them. Whoever finds it moved was overtaken by
       another worker, and writes nothing.
    """
    written = 0
    while True:
        position, head = _position(), queries.head()
        if position == head:
            return written
        if not transports.enabled():
            _move(position, head)
            return written
        events = queries.events_after(position, PAGE, head)
        reached = events[-1].id if len(events) == PAGE else head
        rows = [delivery_for(candidate, now) for candidate in candidates(events)]
        with transaction.atomic():
            if not _move(position, reached):
                return written
            Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        written += len(rows)


def _position() -> int:
    return Reader.objects.values_list("position", flat=True).get(name=Reader.SLACK)


def _move(position: int, to: int) -> bool:
    return Reader.objects.filter(name=Reader.SLACK, position=position).update(position=to) == 1


def delivery_for(candidate: Candidate, now: datetime) -> Delivery:
    """The row of one candidate: waiting, or ended already where that is certain."""
    asked, person = candidate.asked, candidate.person
    row = Delivery(
        pull_request=asked.event.pull_request,
        event=asked.event.id,
        request=asked.request,
        asked_kind=asked.kind,
        asked_name=asked.name,
        user_id=person.user_id if person else None,
        recipient=candidate.recipient,
        due_at=asked.event.at + timedelta(seconds=settings.NOTIFY_DELAY_SECONDS),
        created_at=now,
    )
    send_to(row, transports.address_for(person.slack_user_id if person else ""), now)
    verdict = judge_at_once(_situation(candidate, asked.event))
    if verdict:
        row.state, row.rule, row.reason, row.answer = Delivery.State.SUPPRESSED, verdict.rule, verdict.reason, ""
        row.ended_at = now
    return row


def send_to(row: Delivery, address: transports.Address | None, now: datetime) -> None:
    """Puts an address on a row; without one it has failed."""
    if address is None:
        row.state, row.answer, row.ended_at = Delivery.State.FAILED, NOWHERE, now
        return
    row.transport, row.channel, row.personal = address.transport, address.channel, address.personal
    row.batch = f"{row.event}:{address.transport}:{address.channel}"


def _situation(candidate: Candidate, event: Event) -> Situation:
    pull_request = event.pull_request
    return Situation(
        recipient=candidate.recipient if candidate.person else None,
        by=candidate.asked.by,
        author=pull_request.author,
        author_is_bot=pull_request.author_is_bot,
        draft=pull_request.draft,
    )
