"""What the feed reads at each look, and what it makes of it: plain functions for a database thread."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from monitor import queries
from monitor.live import messages
from monitor.live.messages import Frame
from monitor.live.numbers import Stats

PAGE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One event: its frame, and the users who hear it."""

    event_id: int
    frame: Frame
    users: Collection[int]


@dataclass(frozen=True, slots=True)
class Look:
    """Events in commit order. `cursor` is how far was looked; `repositories` (id -> name) are where something happened."""

    cursor: int
    told: list[Told] = field(default_factory=list)
    repositories: Mapping[int, str] = field(default_factory=dict)
    more: bool = False


def look_after(cursor: int | None, listening: Callable[[], Collection[int]]) -> Look:
    """The next events and who of those `listening` hears them; without a cursor, or listeners, just where the head is.

    Who listens is asked last. Whoever came later reads the database later than this look did, and finds its events.
    """
    head = queries.head()
    if cursor is None or head <= cursor or not listening():
        return Look(head)
    events = queries.events_after(cursor, PAGE)
    heard = queries.audience_of(events, listening())
    now = timezone.now()
    return Look(
        cursor=events[-1].id if events else head,
        told=[Told(event.id, messages.pr_update(event, now), heard[event.id]) for event in events if heard[event.id]],
        repositories={event.repository_id: event.repository.full_name for event in events},
        more=len(events) == PAGE,
    )


def count(repositories: Collection[int], listening: Collection[int]) -> Mapping[tuple[int, int], Stats]:
    """(user, repository) -> the numbers of today, for the listeners who watch these repositories."""
    return queries.stats_of(queries.watchers_of(repositories, listening))
