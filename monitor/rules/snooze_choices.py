"""Decides which snoozes a pull request's page offers: for an hour, until a morning, until an event, or for good.

Called by `pages/pull_requests/pull_request_actions`, in the time zone of the user's profile or else in `TIME_ZONE`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

MORNING = time(9)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class SnoozeChoice:
    """One snooze that is offered. `until` is aware UTC; with neither `until` nor `until_event` it never ends."""

    key: str
    words: str
    until: datetime | None = None
    until_event: str | None = None


def snooze_choices(now: datetime, zone: tzinfo, *, draft: bool = False) -> Sequence[SnoozeChoice]:
    """The snoozes that are offered at `now` (aware) to a user in the time zone `zone`; more of them for a draft."""
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=(_MONDAY - today.weekday()) % 7 or 7)
    mornings = [("tomorrow", "Tomorrow", tomorrow), ("monday", "Monday", monday)]
    return [
        SnoozeChoice("hour", "1 hour", (now + timedelta(hours=1)).astimezone(UTC)),
        *(
            SnoozeChoice(key, f"{words} {MORNING:%H:%M}", datetime.combine(day, MORNING, zone).astimezone(UTC))
            for key, words, day in mornings
        ),
        SnoozeChoice("author_update", "Until the author updates", until_event="author_update"),
        SnoozeChoice("any_update", "Until anything happens", until_event="any_update"),
        *(
            [SnoozeChoice("ready_for_review", "Until it is ready for review", until_event="ready_for_review")]
            if draft
            else []
        ),
        SnoozeChoice("mute", "For good (mute)"),
    ]
