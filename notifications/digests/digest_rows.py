"""Leases the rows of digests, so that two workers never have the same one, and keeps what a digest says in its row."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models import Q, QuerySet

from notifications.messages.digest_message import DigestContext, DigestItem, DigestSection, digest_message
from notifications.messages.message import Message
from notifications.models import Digest

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)  # longer than a task may run: the worker of an expired lease is dead


def lease_next(now: datetime) -> Digest | None:
    """Leases the waiting digest that has been due longest; None if none is due."""
    while True:
        waiting = _free(now).filter(state=Digest.State.WAITING, due_at__lte=now)
        pk = waiting.order_by("due_at", "id").values_list("pk", flat=True).first()
        if pk is None:
            return None
        if found := lease(pk, Digest.State.WAITING, now):
            return found


def lease(pk: int, state: str, now: datetime) -> Digest | None:
    """Leases one digest in this state for `LEASE`; None if another worker has it."""
    name = uuid4().hex
    if not _free(now).filter(pk=pk, state=state).update(lease=name, lease_until=now + LEASE):
        return None
    return Digest.objects.select_related("user__person").get(pk=pk, lease=name)


def write(digest: Digest, **values: Any) -> None:
    """Writes columns of a leased digest and ends the lease, if this worker still holds it."""
    if not Digest.objects.filter(pk=digest.pk, lease=digest.lease).update(lease="", lease_until=None, **values):
        log.warning("Digest %s was taken over by another worker before it ended", digest.pk)


def _free(now: datetime) -> QuerySet[Digest]:
    return Digest.objects.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now))


def message_of(digest: Digest, sections: Sequence[DigestSection]) -> Message:
    """The message of a digest that says `sections`."""
    profile = f"{settings.PUBLIC_URL}/profile" if settings.PUBLIC_URL else ""
    return digest_message(sections, DigestContext(digest.returned, profile, settings.DEMO))


def as_json(sections: Sequence[DigestSection]) -> list[dict[str, Any]]:
    """The sections as the row keeps them."""
    return [asdict(section) for section in sections]


def sections_of(digest: Digest) -> list[DigestSection]:
    """The sections that the row keeps."""
    return [
        DigestSection(**{**section, "items": [DigestItem(**item) for item in section["items"]]})
        for section in digest.sections
    ]
