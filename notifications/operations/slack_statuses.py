"""Reads once a day what people say of themselves in Slack: 🌴 with an end is an absence in their profile."""

import logging
from datetime import datetime, timedelta

from monitor.background.deadline import Deadline
from monitor.background.schedules import run_again_in_a_minute
from monitor.models import Person
from notifications.messages.plain_text import plain
from notifications.models import SlackStatus
from notifications.rules.slack_absence import Known, absence_after, absence_said_by
from notifications.transports import BOT, Status, TransportError

log = logging.getLogger(__name__)
TASK = "slack statuses"
EVERY = timedelta(hours=20)  # the task runs each hour, so that each is read once a day
NOTE = "Slack status"


def read_slack_statuses(now: datetime, deadline: Deadline) -> int:
    """Reads the statuses that were not read for `EVERY`; returns how many. Goes on in a minute when time is over."""
    read = 0
    for person in _due(now):
        if deadline.over:
            run_again_in_a_minute(TASK)
            break
        try:
            status = BOT.status(person.slack_user_id)
        except TransportError as error:
            if not error.permanent or "scope" in str(error):
                # Slack is busy, or the app may not read profiles: both concern everybody.
                log.info("Statuses in Slack are not read: %s", error)
                break
            status = Status()  # nobody has this id
        _take(person, status, now)
        read += 1
    return read


def _due(now: datetime) -> list[Person]:
    if BOT.direct_channel("U0") is None:
        return []
    fresh = SlackStatus.objects.filter(read_at__gt=now - EVERY).values("slack_user_id")
    people = Person.objects.exclude(slack_user_id="").exclude(slack_user_id__in=fresh)
    return list(people.filter(user__is_active=True).order_by("pk"))


def _take(person: Person, status: Status, now: datetime) -> None:
    """Notes that the status was read, and writes the absence that follows, unless the profile was changed meanwhile."""
    row = SlackStatus.objects.filter(pk=person.slack_user_id).first()
    before = (person.away_from, person.away_until) if person.away_from and person.away_until else None
    said = absence_said_by(status.emoji, status.expires, now)
    after = absence_after(Known(before, row.away_until if row else None), said, now)
    if after is not None and after != before:
        unchanged = Person.objects.filter(pk=person.pk, away_until=person.away_until)
        note = plain(status.text) or NOTE if said else person.away_note
        unchanged.update(away_from=after[0], away_until=after[1], away_note=note)
    SlackStatus.objects.update_or_create(pk=person.slack_user_id, defaults={"read_at": now, "away_until": said})
