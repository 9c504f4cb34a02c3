"""Writes events, numbered in the order in which they are committed; the last step of a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from monitor import doorbell
from monitor.diff import Change
from monitor.events import UpdateType
from monitor.models import Event, EventSequence, PullRequest


@dataclass(frozen=True, slots=True)
class Told:
    """What happened to one pull request, and for whom it was: role -> names."""

    row: PullRequest
    update_type: UpdateType
    changes: Sequence[Change]
    audience: dict[str, list[str]]
    turn: Sequence[Mapping[str, Any]]
    occurred_at: datetime


def tell(told: Sequence[Told], now: datetime) -> list[int]:
    """Takes the next numbers from the event sequence, and rings the doorbell after the commit; the ids of the events."""
    if not told:
        return []
    sequence = EventSequence.objects.select_for_update().get(pk=EventSequence.ONLY)
    events = [Event(**_columns(one, now), id=sequence.last + place) for place, one in enumerate(told, start=1)]
    Event.objects.bulk_create(events)
    sequence.last += len(events)
    sequence.save(update_fields=["last"])
    transaction.on_commit(partial(doorbell.ring, sequence.last))
    return [event.id for event in events]


def _columns(one: Told, now: datetime) -> dict[str, Any]:
    return {
        "repository_id": one.row.repository_id,
        "pull_request": one.row,
        "update_type": one.update_type,
        "changes": [change.as_json() for change in one.changes],
        "audience": one.audience,
        "turn": one.turn,
        "at": now,
        "occurred_at": one.occurred_at,
        "title": one.row.title,
    }
