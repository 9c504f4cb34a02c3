"""Orders the turns of one person by urgency: what is late first, then what is due today, then the rest.

Called by `queries/urgent_order`. The limit after which a turn is late is the person's own, or else the setting
`LIMIT_HOURS`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.rules.search.vocabulary import SIZES, size_of
from monitor.rules.working_time import Calendar, duration, seconds_left_today, working_seconds

_SIZE_RANKS = {tag: rank for rank, (tag, _) in enumerate(SIZES)}
_SECONDS = 2**34  # more than any Unix time until the year 2500
OVER, TODAY, LATER = range(3)


@dataclass(frozen=True, slots=True)
class WaitingTurn:
    """One turn of the person. `direct`: it is theirs alone, not one of a team. `own`: of their own pull request.

    `lines`: added and deleted. `blocks`: the number of the open pull request that is stacked on this one, the smallest
    of several; None: none is.
    """

    key: int
    since: datetime
    direct: bool
    lines: int
    blocks: int | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """The person's working time and limit (in seconds of it), and the present moment."""

    calendar: Calendar
    limit: int
    now: datetime

    def age(self, since: datetime) -> int:
        """Seconds of working time since then."""
        return working_seconds(self.calendar, since, self.now)

    def band(self, since: datetime) -> int:
        """`OVER` the limit, over it before the end of `TODAY`, or `LATER`."""
        age = self.age(since)
        if age >= self.limit:
            return OVER
        return TODAY if age + seconds_left_today(self.calendar, self.now) >= self.limit else LATER


def most_urgent_first(turns: Iterable[WaitingTurn], clock: Clock) -> list[WaitingTurn]:
    """The turns, the most urgent first."""
    return sorted(turns, key=lambda turn: (urgency_rank(turn, clock), turn.key))


def urgency_rank(turn: WaitingTurn, clock: Clock) -> int:
    """The rank of a turn; lower is more urgent. It is exact as a number of JavaScript.

    Over the limit, due today, later; in each: asked directly before asked by team, small before large, what others are
    stacked on before what nobody waits for, the longest wait first.
    """
    rank = clock.band(turn.since) * 2 + (not turn.direct)
    rank = (rank * len(SIZES) + _SIZE_RANKS[size_of(turn.lines)]) * 2 + (turn.blocks is None)
    return rank * _SECONDS + int(turn.since.timestamp())


def _ask(turn: WaitingTurn) -> str:
    if turn.own:
        return "your own pull request"
    return "asked of you" if turn.direct else "asked of your team"


def why_next(turn: WaitingTurn, clock: Clock) -> str:
    """Why this turn is the next best one, in a line."""
    age, band = clock.age(turn.since), clock.band(turn.since)
    due = {
        OVER: f"{duration(age - clock.limit)} over your limit of {duration(clock.limit)}",
        TODAY: "due today",
        LATER: f"due in {duration(clock.limit - age)} of working time",
    }[band]
    parts = [due, _ask(turn), f"{turn.lines} lines"]
    return ", ".join(parts) + (f"; #{turn.blocks} is stacked on it" if turn.blocks is not None else "")
