"""The story of a pull request: what GitHub's timeline told at the first look, then every event recorded since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.snapshot import Snapshot, TimelineItem, moment
from monitor.views.words import Line, line_of


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened at one moment."""

    at: datetime
    lines: tuple[Line, ...]


def story(seen: Snapshot, events: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Entries, newest first; `events` in the API's shape, oldest first."""
    told = [Entry(moment(event["occurred_at"]), tuple(line_of(one) for one in event["changes"])) for event in events]
    first = told[0] if told else None
    early = [entry for entry in _before_us(seen) if not first or (entry.at < first.at and not _retold(entry, first))]
    return sorted([*early, *told], key=lambda entry: entry.at)[
        ::-1
    ]  # turned round, so that of one moment the last is first


def _before_us(seen: Snapshot) -> Iterable[Entry]:
    yield Entry(seen.created_at, (line_of({"kind": "opened", "actor": seen.author}),))
    for item in seen.timeline:
        yield Entry(item.at, (line_of(_change(item)),))


def _retold(entry: Entry, event: Entry) -> bool:
    """The first event may hold several things that happened one after the other; it is dated by the last of them."""
    return any(line in event.lines for line in entry.lines)


def _change(item: TimelineItem) -> dict[str, Any]:
    """A timeline item in the shape of a change."""
    change: dict[str, Any] = {"kind": item.kind, "actor": item.actor}
    if item.kind == "reviewed":
        change |= {"reviewer": item.actor, "state": item.subject}
    elif item.subject_kind == "team":
        change["team"] = item.subject
    elif item.subject_kind == "user":
        change["login"] = item.subject
    elif item.subject:
        change |= {"label": item.subject, "to": item.subject}
    return change
