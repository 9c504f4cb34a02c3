"""Reads new events and writes a delivery for each recipient, exactly once per event."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from monitor import queries
from monitor.models import Event
from notifications import transports
from notifications.models import Delivery, Reader
from notifications.planning.absences import authors_to_tell
from notifications.planning.recipients import Recipient, recipients_of
from notifications.rules.suppression_rules import Situation, suppression_when_planned

PAGE = 200
NO_DESTINATION = "no Slack user is known for them, and there is no default channel"


def plan(now: datetime) -> int:
    """Writes the deliveries for all events that were not read yet, and returns how many.

    1. Compare the reader's position with the newest event: usually they are equal, and nothing is left to do.
    2. Without a configured transport no message could be sent: advance the reader without writing deliveries.
    3. Read a page of events and work out the deliveries, outside any transaction.
    4. In one transaction advance the reader by a conditional UPDATE and write the deliveries. If another worker has
       advanced the reader meanwhile, write nothing.
    """
    written = 0
    while True:
        position, head = _position(), queries.latest_event_id()
        if position == head:
            return written
        if not transports.enabled():
            _advance_reader(position, head)
            return written
        events = queries.events_after(position, PAGE, head)
        reached = events[-1].id if len(events) == PAGE else head
        rows = [delivery_for(recipient, now) for recipient in recipients_of(events)]
        rows += [delivery_for(author, now, Delivery.Kind.ABSENCE) for author in authors_to_tell(events, now)]
        with transaction.atomic():
            if not _advance_reader(position, reached):
                return written
            Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        written += len(rows)


def _position() -> int:
    return Reader.objects.values_list("position", flat=True).get(name=Reader.SLACK)


def _advance_reader(position: int, to: int) -> bool:
    return Reader.objects.filter(name=Reader.SLACK, position=position).update(position=to) == 1


def delivery_for(recipient: Recipient, now: datetime, kind: Delivery.Kind = Delivery.Kind.REVIEW_REQUEST) -> Delivery:
    """The unsaved delivery for a recipient: waiting, or already suppressed or failed if waiting changes nothing."""
    review, person = recipient.requested_review, recipient.person
    row = Delivery(
        pull_request=review.event.pull_request,
        event=review.event.id,
        request=review.request,
        kind=kind,
        asked_kind=review.kind,
        asked_name=review.name,
        user_id=person.user_id if person else None,
        recipient=recipient.name,
        due_at=review.event.at + timedelta(seconds=settings.NOTIFY_DELAY_SECONDS),
        created_at=now,
    )
    set_destination(row, transports.destination_for(person.slack_user_id if person else ""), now)
    suppression = suppression_when_planned(_situation(recipient, review.event, kind))
    if suppression:
        row.state, row.rule, row.reason = Delivery.State.SUPPRESSED, suppression.rule, suppression.reason
        row.answer, row.ended_at = "", now
    return row


def set_destination(row: Delivery, destination: transports.Destination | None, now: datetime) -> None:
    """Sets where a delivery goes. Without a destination the delivery has failed."""
    if destination is None:
        row.state, row.answer, row.ended_at = Delivery.State.FAILED, NO_DESTINATION, now
        return
    row.transport, row.channel, row.personal = destination.transport, destination.channel, destination.personal
    of_absences = ":absence" if row.kind == Delivery.Kind.ABSENCE else ""
    row.batch = f"{row.event}:{destination.transport}:{destination.channel}{of_absences}"


def _situation(recipient: Recipient, event: Event, kind: Delivery.Kind) -> Situation:
    pull_request = event.pull_request
    return Situation(
        recipient=recipient.name if recipient.person else None,
        by=recipient.requested_review.by,
        of_absence=kind == Delivery.Kind.ABSENCE,
        author=pull_request.author,
        unattended_bots=pull_request.is_unattended_bots,
        draft=pull_request.draft,
    )
