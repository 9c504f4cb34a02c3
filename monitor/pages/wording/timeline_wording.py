"""The timeline of a pull request: what GitHub's timeline said at the first poll, then every event recorded since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.pages.wording.change_wording import TimelineLine, timeline_line
from monitor.rules.snapshot import Snapshot, TimelineItem, parse_time


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """What happened at one moment."""

    at: datetime
    lines: tuple[TimelineLine, ...]


def timeline_of(seen: Snapshot, events: Sequence[Mapping[str, Any]]) -> list[TimelineEntry]:
    """The entries, newest first. `events`: all events of the pull request as the API returns them, oldest first."""
    recorded = [
        TimelineEntry(parse_time(event["occurred_at"]), tuple(timeline_line(one) for one in event["changes"]))
        for event in events
    ]
    first = recorded[0] if recorded else None
    earlier = [
        entry
        for entry in _entries_from_github(seen)
        if not first or (entry.at < first.at and not _is_repeated_in(entry, first))
    ]
    # Sorted by the oldest first and then reversed, so that of entries at the same moment the last comes first.
    return sorted([*earlier, *recorded], key=lambda entry: entry.at)[::-1]


def _entries_from_github(seen: Snapshot) -> Iterable[TimelineEntry]:
    yield TimelineEntry(seen.created_at, (timeline_line({"kind": "opened", "actor": seen.author}),))
    for item in seen.timeline:
        yield TimelineEntry(item.at, (timeline_line(_change(item)),))


def _is_repeated_in(entry: TimelineEntry, event: TimelineEntry) -> bool:
    """Whether the first event contains the entry: it may hold several changes, and has the time of the last one."""
    return any(line in event.lines for line in entry.lines)


def _change(item: TimelineItem) -> dict[str, Any]:
    """An item of GitHub's timeline as a change of an event."""
    change: dict[str, Any] = {"kind": item.kind, "actor": item.actor}
    if item.by_push:
        change |= {"kind": "reviewed", "reviewer": item.subject, "state": "dismissed", "by_push": True}
    elif item.kind == "unqueued":
        change["reason"] = item.subject
    elif item.kind == "reviewed":
        change |= {"reviewer": item.actor, "state": item.subject}
    elif item.subject_kind == "team":
        change["team"] = item.subject
    elif item.subject_kind == "user":
        change["login"] = item.subject
    elif item.subject:
        change |= {"label": item.subject, "to": item.subject}
    return change
