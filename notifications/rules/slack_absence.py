"""Decides what a person's status in Slack says about their absence."""

from dataclasses import dataclass
from datetime import datetime

AWAY_EMOJI = ":palm_tree:"
Absence = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Known:
    """`profile`: the absence in the profile. `taken`: the end of the one that was last taken from a status."""

    profile: Absence | None
    taken: datetime | None

    def is_own(self, now: datetime) -> bool:
        """Whether the person themselves (or a lead) entered an absence that is not over."""
        return self.profile is not None and self.profile[1] > now and self.profile[1] != self.taken


def absence_said_by(emoji: str, expires: datetime | None, now: datetime) -> datetime | None:
    """Until when a status says that the person is away; None if it does not. It counts only with an end."""
    return expires if emoji == AWAY_EMOJI and expires is not None and expires > now else None


def absence_after(known: Known, said: datetime | None, now: datetime) -> Absence | None:
    """The absence that the profile should have; what the person entered themselves stays.

    Whoever takes an absence out of their profile is not given the same one again.
    """
    current = known.profile
    taken_now = current is not None and current[1] == known.taken and current[1] > now
    if said is None:
        return (current[0], now) if taken_now and current else current
    if known.is_own(now) or (said == known.taken and not taken_now):
        return current
    return (current[0] if taken_now and current else now, said)
