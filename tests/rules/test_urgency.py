"""Which turn is the next best one: by limit, who is asked, size, stacks and the wait, each before the next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.urgency import LATER, OVER, TODAY, Clock, WaitingTurn, most_urgent_first, urgency_rank, why_next
from monitor.rules.working_time import Calendar

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday; six working hours are left
CLOCK = Clock(Calendar(), 8 * 3600, NOON)


def turn(
    key: int = 1, hours: float = 1, *, direct: bool = True, lines: int = 5, blocks: int | None = None
) -> WaitingTurn:
    return WaitingTurn(key, NOON - timedelta(hours=hours), direct, lines, blocks)


def test_each_quality_counts_before_the_next() -> None:
    over, team_over = turn(1, 72), turn(2, 96, direct=False)
    today, later = turn(3, 3), turn(4, 1, lines=400, blocks=9)
    small, large, blocking = turn(5, 0.5), turn(6, 1.5, lines=5000), turn(7, 0.25, blocks=12)
    longer = turn(8, 0.75)
    found = most_urgent_first([later, small, large, blocking, longer, today, team_over, over], CLOCK)
    assert [one.key for one in found] == [1, 2, 3, 7, 8, 5, 4, 6]
    assert [CLOCK.band(one.since) for one in (over, today, small)] == [OVER, TODAY, LATER]


def test_words() -> None:
    assert why_next(turn(hours=72), CLOCK) == "13 h over your limit of 8 h, asked of you, 5 lines"
    assert why_next(turn(hours=3, direct=False), CLOCK) == "due today, asked of your team, 5 lines"
    assert why_next(replace(turn(hours=3), own=True), CLOCK) == "due today, your own pull request, 5 lines"
    assert (
        why_next(turn(hours=1, blocks=12), CLOCK)
        == "due in 7 h of working time, asked of you, 5 lines; #12 is stacked on it"
    )


TURNS = st.builds(turn, st.integers(1, 99), st.floats(0, 900), direct=st.booleans(), lines=st.integers(0, 9000), blocks=st.sampled_from([None, 3]))  # fmt: skip


@given(st.lists(TURNS, max_size=30, unique_by=lambda one: one.key))
def test_the_order_is_one_whatever_it_began_with(turns: list[WaitingTurn]) -> None:
    found = most_urgent_first(turns, CLOCK)
    assert most_urgent_first(reversed(turns), CLOCK) == found
    bands = [CLOCK.band(one.since) for one in found]
    assert bands == sorted(bands)
    assert all(0 <= urgency_rank(one, CLOCK) < 2**53 for one in found)
