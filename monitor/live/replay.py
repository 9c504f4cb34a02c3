"""Reads what sockets need to join the feed, for many sockets at once. Runs in a database thread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from monitor import queries
from monitor.live import server_frames
from monitor.live.server_frames import Frame
from monitor.queries.repository_stats import Stats

MAX_MISSED_EVENTS = 1_000
# Up to so many events back, one pass over all events is cheaper than one search per socket.
RECENT_EVENTS = 5_000


@dataclass(frozen=True, slots=True)
class Start:
    """The id of the newest event, and after it the stats of each repository of a user, sorted by name."""

    head: int
    stats: Mapping[int, Stats]
    names: Mapping[int, str]


def starts(user_ids: Sequence[int]) -> list[Start]:
    """The start of each user's socket."""
    # The head comes first: what changes after the head is sent as an event, and its stats are then read again.
    head = queries.latest_event_id()
    watched = queries.watched_by(set(user_ids))
    names = queries.repository_names({repository for _, repository in watched})
    place = {repository: number for number, repository in enumerate(names)}
    counted = queries.stats_of_pairs(watched)
    stats: dict[int, dict[int, Stats]] = {user: {} for user in user_ids}
    for user, repository in sorted(counted, key=lambda pair: place[pair[1]]):
        stats[user][repository] = counted[user, repository]
    return [Start(head, stats[user], names) for user in user_ids]


def missed_recently(cursors: Sequence[tuple[int, int]]) -> list[queries.Missed]:
    """What each (user, cursor) missed, with one pass over all events since."""
    found = queries.missed_by_each(set(cursors), MAX_MISSED_EVENTS)
    return [found[cursor] for cursor in cursors]


def missed_long_ago(cursors: Sequence[tuple[int, int]]) -> list[queries.Missed]:
    """What each (user, cursor) missed, with a search for each."""
    return [queries.missed_by(user, after, MAX_MISSED_EVENTS) for user, after in cursors]


def missed_frames(wanted: Sequence[tuple[int, Sequence[int]]]) -> list[list[Frame] | None]:
    """The frames of the events that each (user, event ids) wants, with the pull requests as they are now.

    None: the events are not kept any more. Without those whose repository the user may not see any more.
    """
    events = queries.events_with_ids({event for _, ids in wanted for event in ids})
    may_see = queries.watchers_of({event.repository_id for event in events}, {user for user, _ in wanted})
    now = timezone.now()
    frames = {event.id: (event.repository_id, server_frames.pr_update(event, now)) for event in events}
    pruned = queries.oldest_cursor()
    return [
        None
        if ids and ids[0] <= pruned
        else [
            frame
            for repository, frame in (frames[event] for event in ids if event in frames)
            if (user, repository) in may_see
        ]
        for user, ids in wanted
    ]
