"""What people choose from when they put a pull request off: an hour, a weekday morning, an event, for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

MORNING = time(9)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to put it off; `until` is aware UTC. Neither `until` nor `until_event`: for good."""

    key: str
    words: str
    until: datetime | None = None
    until_event: str | None = None


def choices(now: datetime, zone: tzinfo, *, draft: bool = False) -> Sequence[Choice]:
    """What is offered at `now` (aware) to somebody whose clock runs in `zone`; of a draft also until it is ready."""
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=(_MONDAY - today.weekday()) % 7 or 7)
    mornings = [("tomorrow", "Tomorrow", tomorrow), ("monday", "Monday", monday)]
    return [
        Choice("hour", "1 hour", (now + timedelta(hours=1)).astimezone(UTC)),
        *(
            Choice(key, f"{words} {MORNING:%H:%M}", datetime.combine(day, MORNING, zone).astimezone(UTC))
            for key, words, day in mornings
        ),
        Choice("author_update", "Until the author updates", until_event="author_update"),
        Choice("any_update", "Until anything happens", until_event="any_update"),
        *(
            [Choice("ready_for_review", "Until it is ready for review", until_event="ready_for_review")]
            if draft
            else []
        ),
        Choice("mute", "For good (mute)"),
    ]
