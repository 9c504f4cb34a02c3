"""Sends the digests that are due, each once."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from monitor.background.database_outage import DATABASE_OUTAGE
from monitor.models import Person
from monitor.rules.masking import masked
from notifications.digests.digest_contents import sections_for
from notifications.digests.digest_rows import as_json, lease_next, message_of, write
from notifications.digests.due_digests import day_of, write_due_digests
from notifications.messages.digest_message import DigestSection
from notifications.models import Digest
from notifications.rules.retry_pauses import seconds_to_next_attempt
from notifications.transports import TRANSPORTS, TransportError, destination_for

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

# No digest is begun after this many seconds. With the longest send the run ends well before a task's timeout of 50 s.
BUDGET = 25.0


@dataclass(slots=True)
class DigestsSent:
    """How the digests of one run ended: state -> how many; those that Slack takes later are `waiting`."""

    by_state: dict[str, int] = field(default_factory=dict)

    def count(self, state: str) -> None:
        self.by_state[state] = self.by_state.get(state, 0) + 1

    @property
    def sent(self) -> int:
        return self.by_state.get(Digest.State.SENT, 0)


def send_digests(clock: Clock = timezone.now) -> DigestsSent:
    """Writes the digests that are due, and sends them one after the other.

    If a worker is killed between Slack's answer and the record of it, the digest comes again after the lease.
    """
    done, started = DigestsSent(), time.monotonic()
    if not reaches_people():
        return done
    write_due_digests(clock())
    while time.monotonic() - started < BUDGET and (digest := lease_next(clock())):
        done.count(_send(digest, clock))
    return done


def reaches_people() -> bool:
    """Whether a Slack app is set up: an incoming webhook reaches nobody in person."""
    destination = destination_for("U0")
    return destination is not None and destination.personal


def _send(digest: Digest, clock: Clock) -> str:
    """Sends one leased digest; returns the state that it has then."""
    now, person = clock(), digest.user.person
    found = day_of(person, now)
    if found is None or found.day != digest.day:
        return _end(digest, Digest.State.SKIPPED, now, answer="the person's working day was over, or they were away")
    try:
        sections = sections_for(person, now)
        if not sections:
            return _end(digest, Digest.State.EMPTY, now)
        return _post(digest, person, sections, clock)
    except DATABASE_OUTAGE:
        raise  # due again when the lease has expired
    except Exception as error:
        # A bug that concerns one digest must not stop the others. The row and the log show the error.
        log.exception("Digest %s could not be sent", digest.pk)
        return _end(digest, Digest.State.FAILED, clock(), answer=masked(f"{type(error).__name__}: {error}"))


def _post(digest: Digest, person: Person, sections: list[DigestSection], clock: Clock) -> str:
    destination = destination_for(person.slack_user_id)
    if destination is None or not destination.personal:
        return _end(
            digest, Digest.State.FAILED, clock(), answer="no Slack app is set up that could reach them in person"
        )
    try:
        posted = TRANSPORTS[destination.transport].send(destination.channel, message_of(digest, sections))
    except TransportError as error:
        return _refused(digest, error, clock())
    return _end(
        digest,
        Digest.State.SENT,
        clock(),
        answer=posted.answer,
        posted_to=posted.channel,
        ts=posted.ts,
        sections=as_json(sections),
    )


def _refused(digest: Digest, error: TransportError, now: datetime) -> str:
    """Records that Slack did not take it: failed for good, or due again as long as it is the same working day."""
    log.warning("Slack did not take the digest of %s: %s", digest.user, error)
    if error.permanent:
        return _end(digest, Digest.State.FAILED, now, answer=str(error))
    again = now + timedelta(seconds=seconds_to_next_attempt(digest.attempts, error.retry_after))
    write(digest, answer=str(error), attempts=digest.attempts + 1, due_at=again)
    if error.retry_after is not None:  # Slack limits the workspace, not the single message
        Digest.objects.filter(state=Digest.State.WAITING, due_at__lt=again).update(due_at=again)
    return Digest.State.WAITING


def _end(digest: Digest, state: str, now: datetime, **values: Any) -> str:
    write(digest, state=state, ended_at=now, attempts=digest.attempts + 1, **values)
    return state
