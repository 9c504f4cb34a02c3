"""When the supervisor starts a process again, and when it gives up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.runtime.supervisor.restarts import MOST_QUICK_ENDS, QUICK_SECONDS, Restarts


@pytest.mark.parametrize(
    ("lives", "delays"),
    [
        ([3600.0], [0.0]),
        ([0.1], [0.5]),
        ([0.1, 0.1, 0.1, 0.1, 0.1], [0.5, 1.0, 2.0, 4.0, None]),
        ([0.1, 0.1, 0.1, 0.1, 60.0, 0.1], [0.5, 1.0, 2.0, 4.0, 0.0, 0.5]),
        ([QUICK_SECONDS], [0.0]),
    ],
)
def test_delays(lives: list[float], delays: list[float | None]) -> None:
    restarts = Restarts()
    assert [restarts.delay_after(lived) for lived in lives] == delays


@given(st.lists(st.floats(min_value=0, max_value=1e6), max_size=50))
def test_only_quick_ends_in_a_row_are_given_up(lives: list[float]) -> None:
    restarts, in_a_row = Restarts(), 0
    for lived in lives:
        delay = restarts.delay_after(lived)
        in_a_row = in_a_row + 1 if lived < QUICK_SECONDS else 0
        assert (delay is None) == (in_a_row >= MOST_QUICK_ENDS)
        assert delay is None or 0 <= delay <= 10
