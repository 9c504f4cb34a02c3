"""Decides when a process that ended is started again, and when not any more."""

from dataclasses import dataclass

QUICK_SECONDS = 5.0
MOST_QUICK_ENDS = 5
_SLOWEST = 10.0


@dataclass(slots=True)
class Restarts:
    """Counts the ends that came within `QUICK_SECONDS` of the start, one after the other."""

    quick_ends: int = 0

    def delay_after(self, lived: float) -> float | None:
        """Seconds until the next start of a process that lived for `lived` seconds; None: do not start it again."""
        if lived >= QUICK_SECONDS:
            self.quick_ends = 0
            return 0.0
        self.quick_ends += 1
        if self.quick_ends >= MOST_QUICK_ENDS:
            return None
        return min(0.25 * 2.0**self.quick_ends, _SLOWEST)
