"""What the feed reads from the database: the next events with their listeners, and stats. Runs in a database thread."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from monitor import queries
from monitor.live import server_frames
from monitor.live.server_frames import Frame
from monitor.queries.repository_stats import Stats

PAGE_SIZE = 200


@dataclass(frozen=True, slots=True)
class AddressedEvent:
    """One event: its frame, and the ids of the users who get the frame."""

    event_id: int
    frame: Frame
    user_ids: Collection[int]


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of events in commit order, up to `cursor`; `repositories` (id -> name) are those of all events read."""

    cursor: int
    events: list[AddressedEvent] = field(default_factory=list)
    repositories: Mapping[int, str] = field(default_factory=dict)
    has_more: bool = False


def read_after(cursor: int | None, listening: Callable[[], Collection[int]]) -> FeedPage:
    """The next events, each with those users `listening` who get it. Without a cursor or listeners: only the head.

    `listening` is called after the events are read. A user who comes later also reads the database later, and finds
    these events there.
    """
    head = queries.latest_event_id()
    if cursor is None or head <= cursor or not listening():
        return FeedPage(head)
    events = queries.events_after(cursor, PAGE_SIZE)
    audience = queries.audience_of(events, listening())
    now = timezone.now()
    return FeedPage(
        cursor=events[-1].id if events else head,
        events=[
            AddressedEvent(event.id, server_frames.pr_update(event, now), audience[event.id])
            for event in events
            if audience[event.id]
        ],
        repositories={event.repository_id: event.repository.full_name for event in events},
        has_more=len(events) == PAGE_SIZE,
    )


def stats_for_listeners(repositories: Collection[int], listening: Collection[int]) -> Mapping[tuple[int, int], Stats]:
    """(user, repository) -> the present stats, for the listeners who watch these repositories."""
    return queries.stats_of_pairs(queries.watchers_of(repositories, listening))
