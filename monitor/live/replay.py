"""Reads the events that one client missed, and the stats of its repositories. Runs in a database thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.utils import timezone

from monitor import queries
from monitor.live import server_frames
from monitor.live.server_frames import Frame
from monitor.queries.repository_stats import Stats

MAX_MISSED_EVENTS = 1_000
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class MissedPage:
    """The next missed frames, oldest first, up to `cursor`. `resync`: there are too many, or they were deleted."""

    cursor: int
    frames: list[Frame] = field(default_factory=list)
    at_head: bool = False
    resync: bool = False


def check_cursor(user: User, after: int) -> MissedPage:
    """Checks that the events after `after` can be replayed; `resync` says that they cannot."""
    try:
        too_many = queries.missed_more_than(user, after, MAX_MISSED_EVENTS)
    except queries.Resync as resync:
        return MissedPage(resync.cursor, resync=True)
    return MissedPage(queries.latest_event_id(), resync=True) if too_many else MissedPage(after)


def missed_after(user: User, cursor: int) -> MissedPage:
    """The next page of the events that the user missed, with the pull requests as they are now."""
    try:
        page = queries.events_for(user, cursor, PAGE_SIZE)
    except queries.Resync as resync:
        return MissedPage(resync.cursor, resync=True)
    now = timezone.now()
    frames = [server_frames.pr_update(event, now) for event in page.items]
    return MissedPage(page.cursor, frames, at_head=not page.has_more)


@dataclass(frozen=True, slots=True)
class CurrentStats:
    """The stats of each repository of a user, and the names of the repositories, both by repository id."""

    stats: Mapping[int, Stats]
    names: Mapping[int, str]


def current_stats_for(user: User) -> CurrentStats:
    """The present stats of the user's repositories."""
    names = dict(queries.repositories_for(user).values_list("pk", "full_name"))
    return CurrentStats(queries.stats_for(user, list(names)), names)
