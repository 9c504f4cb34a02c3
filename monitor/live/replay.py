"""What one client missed, and what it is shown of its repositories: plain functions for a database thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.utils import timezone

from monitor import queries
from monitor.live import messages
from monitor.live.messages import Frame
from monitor.live.numbers import Stats

BEHIND_AT_MOST = 1_000
PAGE = 100


@dataclass(frozen=True, slots=True)
class Missed:
    """The next missed frames, oldest first, up to `cursor`. `resync`: too many, or not there any more."""

    cursor: int
    frames: list[Frame] = field(default_factory=list)
    at_head: bool = False
    resync: bool = False


def check(user: User, after: int) -> Missed:
    """Whether a client can be served from `after`; `resync` otherwise."""
    try:
        too_many = queries.missed_more_than(user, after, BEHIND_AT_MOST)
    except queries.Resync as resync:
        return Missed(resync.cursor, resync=True)
    return Missed(queries.head(), resync=True) if too_many else Missed(after)


def missed_after(user: User, cursor: int) -> Missed:
    """The next page of what the user missed, with today's pull requests."""
    try:
        page = queries.events_for(user, cursor, PAGE)
    except queries.Resync as resync:
        return Missed(resync.cursor, resync=True)
    now = timezone.now()
    frames = [messages.pr_update(event, now) for event in page.items]
    return Missed(page.cursor, frames, at_head=not page.has_more)


@dataclass(frozen=True, slots=True)
class Mine:
    """The numbers of each of a user's repositories, and the repositories' names."""

    stats: Mapping[int, Stats]
    names: Mapping[int, str]


def numbers_for(user: User) -> Mine:
    """What a user is shown of their repositories at this moment."""
    names = dict(queries.repositories_for(user).values_list("pk", "full_name"))
    return Mine(queries.stats_for(user, list(names)), names)
