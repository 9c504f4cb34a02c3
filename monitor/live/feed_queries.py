"""What the feed reads from the database: the next events with their listeners, and stats. Runs in a database thread."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from monitor import queries
from monitor.live import server_frames
from monitor.live.server_frames import Frame
from monitor.queries.repository_stats import Stats

PAGE_SIZE = 200
# The most that is sent to all sockets before the event loop does something else.
PART_EVENTS = 100
PART_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """Events that the same users get: the ids, the frames, and the ids of the users."""

    event_ids: tuple[int, ...]
    frames: tuple[Frame, ...]
    user_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class FeedPart:
    """Consecutive events up to `cursor`, each user in one delivery."""

    cursor: int
    deliveries: list[Delivery]


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A page of events in commit order, up to `cursor`; `repositories` (id -> name) are those of all events read."""

    cursor: int
    parts: list[FeedPart] = field(default_factory=list)
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
    frames = {event.id: server_frames.pr_update(event, now) for event in events if audience[event.id]}
    return FeedPage(
        cursor=events[-1].id if events else head,
        parts=[_part(part, audience) for part in _cut(frames)],
        repositories={event.repository_id: event.repository.full_name for event in events},
        has_more=len(events) == PAGE_SIZE,
    )


def _cut(frames: Mapping[int, Frame]) -> Iterator[dict[int, Frame]]:
    """Cuts frames by event id into parts of at most PART_EVENTS events and, unless it is one event, PART_BYTES."""
    part: dict[int, Frame] = {}
    size = 0
    for event_id, frame in frames.items():
        if part and (len(part) == PART_EVENTS or size + frame.size > PART_BYTES):
            yield part
            part, size = {}, 0
        part[event_id] = frame
        size += frame.size
    if part:
        yield part


def _part(frames: Mapping[int, Frame], audience: Mapping[int, Collection[int]]) -> FeedPart:
    events_of: dict[int, list[int]] = {}
    for event_id in frames:
        for user in audience[event_id]:
            events_of.setdefault(user, []).append(event_id)
    users_of: dict[tuple[int, ...], list[int]] = {}
    for user, event_ids in events_of.items():
        users_of.setdefault(tuple(event_ids), []).append(user)
    deliveries = [Delivery(ids, tuple(frames[id] for id in ids), users) for ids, users in users_of.items()]
    return FeedPart(max(frames), deliveries)


def stats_for_listeners(repositories: Collection[int], listening: Collection[int]) -> Mapping[tuple[int, int], Stats]:
    """(user, repository) -> the present stats, for the listeners who watch these repositories."""
    return queries.stats_of_pairs(queries.watchers_of(repositories, listening))
