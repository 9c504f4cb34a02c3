"""Writes events, with ids that rise in the order in which transactions are committed, without gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from monitor.models import Event, EventSequence, PullRequest
from monitor.recording import new_events_signal
from monitor.rules.change_kinds import UpdateType
from monitor.rules.snapshot_diff import Change


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to be written: what happened to one pull request. `audience`: role -> the names whom it concerns.

    `turn` and `facts`: whose turn it is, and what searches find it by, after what happened.
    """

    row: PullRequest
    update_type: UpdateType
    changes: Sequence[Change]
    audience: dict[str, list[str]]
    turn: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    occurred_at: datetime


def write_events(new_events: Sequence[NewEvent], now: datetime) -> list[int]:
    """Writes the events and returns their ids; after the commit, other processes get a signal.

    Call it last in a transaction: it locks the event sequence, from which the ids come, until the commit.
    """
    if not new_events:
        return []
    sequence = EventSequence.objects.select_for_update().get(pk=EventSequence.ONLY)
    events = [Event(**_columns(one, now), id=sequence.last + place) for place, one in enumerate(new_events, start=1)]
    Event.objects.bulk_create(events)
    sequence.last += len(events)
    sequence.save(update_fields=["last"])
    transaction.on_commit(partial(new_events_signal.send_new_events_signal, sequence.last))
    return [event.id for event in events]


def _columns(one: NewEvent, now: datetime) -> dict[str, Any]:
    return {
        "repository_id": one.row.repository_id,
        "pull_request": one.row,
        "update_type": one.update_type,
        "changes": [change.as_json() for change in one.changes],
        "audience": one.audience,
        "turn": one.turn,
        "facts": one.facts,
        "at": now,
        "occurred_at": one.occurred_at,
        "title": one.row.title,
    }
