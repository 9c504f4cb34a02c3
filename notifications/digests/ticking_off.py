"""Crosses out the lines of today's digests, in the same messages, as what they name is settled."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from django.utils import timezone

from monitor.models import Involvement, PullRequest
from monitor.queries.search_conditions import active_snoozes_of
from monitor.queries.time_zones import zone_named
from monitor.rules.roles import TurnRole
from monitor.rules.snapshot import isoformat
from notifications.digests.digest_contents import STALE
from notifications.digests.digest_rows import as_json, lease, message_of, sections_of, write
from notifications.messages.digest_message import DigestItem, DigestSection
from notifications.models import Digest
from notifications.transports import TRANSPORTS, TransportError

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
TRANSPORT = "bot"  # the only one that can change a message
PORTION = 200  # digests that are compared together

Told = tuple[Digest, list[DigestSection]]


@dataclass(frozen=True, slots=True)
class _Present:
    """What is true now of the pull requests of some digests.

    `turns`: id and login of whom one waits for. `put_off`: user and id. `updated`: when open ones changed last.
    """

    turns: set[tuple[int, str]]
    put_off: set[tuple[int, int]]
    updated: dict[int, str | None]

    def settles(self, digest: Digest, heading: str, item: DigestItem) -> bool:
        """Whether the line can be crossed out: nothing waits for the reader there, or they put it off."""
        if heading == STALE:
            return self.updated.get(item.key) != item.updated
        login = (digest.user.person.github_login or "").lower()
        return (item.key, login) not in self.turns or (digest.user_id, item.key) in self.put_off


def tick_off(clock: Clock = timezone.now) -> int:
    """Edits the digests of today of which something was settled since, or is open again; returns how many."""
    now, edited = clock(), 0
    todays = _todays(now)
    while told := list(islice(todays, PORTION)):
        present = _present(told, now)
        for digest, before in told:
            after = _with_settled(digest, before, present)
            if after != before and (leased := lease(digest.pk, Digest.State.SENT, clock())):
                edited += _edit(leased, after)
    return edited


def _todays(now: datetime) -> Iterator[Told]:
    """The digests sent on what is still their day where the reader is, with what they say."""
    sent = Digest.objects.filter(state=Digest.State.SENT, day__gte=(now - timedelta(days=2)).date()).exclude(ts="")
    for digest in sent.select_related("user__person").iterator(PORTION):
        if digest.day == now.astimezone(zone_named(digest.user.person.time_zone)).date():
            yield digest, sections_of(digest)


def _present(told: Sequence[Told], now: datetime) -> _Present:
    keys = {item.key for _, sections in told for section in sections for item in section.items}
    turns = Involvement.objects.filter(pull_request__in=keys, role__in=[str(role) for role in TurnRole])
    put_off = active_snoozes_of([digest.user_id for digest, _ in told], now).filter(pull_request__in=keys)
    updated = PullRequest.objects.filter(pk__in=keys, state="open").values_list("pk", "updated_at")
    return _Present(
        set(turns.values_list("pull_request", "name")),
        set(put_off.values_list("user", "pull_request")),
        {pk: isoformat(updated_at) for pk, updated_at in updated},
    )


def _with_settled(digest: Digest, sections: Sequence[DigestSection], present: _Present) -> list[DigestSection]:
    return [
        replace(
            section,
            items=[replace(item, settled=present.settles(digest, section.heading, item)) for item in section.items],
        )
        for section in sections
    ]


def _edit(digest: Digest, sections: Sequence[DigestSection]) -> bool:
    """Changes the message. What Slack refuses for good is not tried again; anything else a minute later."""
    try:
        TRANSPORTS[TRANSPORT].edit(digest.posted_to, digest.ts, message_of(digest, sections))
    except TransportError as error:
        log.warning("Slack did not take a change of the digest of %s: %s", digest.user, error)
        write(digest, answer=str(error), **({"ts": ""} if error.permanent else {}))
        return False
    write(digest, sections=as_json(sections))
    return True
