"""The order of a stack: from the pull request that can merge first to those that rest on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.stack_order import stacks_by_number

BELOW = st.dictionaries(st.integers(1, 12), st.integers(1, 12), max_size=12)


@pytest.mark.parametrize(
    ("below", "stacks"),
    [
        ({}, {}),
        ({2: 1}, {1: (1, 2), 2: (1, 2)}),
        ({1: 3, 3: 2}, dict.fromkeys((1, 2, 3), (2, 3, 1))),
        ({2: 1, 5: 1, 3: 2, 6: 5}, dict.fromkeys((1, 2, 3, 5, 6), (1, 2, 3, 5, 6))),
        ({2: 1, 8: 7}, {1: (1, 2), 2: (1, 2), 7: (7, 8), 8: (7, 8)}),
        ({1: 2, 2: 1}, {1: (1, 2), 2: (1, 2)}),
    ],
)
def test_order(below: dict[int, int], stacks: dict[int, tuple[int, ...]]) -> None:
    assert stacks_by_number(below) == stacks


@given(BELOW)
def test_everybody_in_a_stack_is_in_it_once_and_above_what_it_rests_on(below: dict[int, int]) -> None:
    below = {number: under for number, under in below.items() if number != under}
    stacks = stacks_by_number(below)
    assert stacks.keys() == below.keys() | set(below.values())
    for number, stack in stacks.items():
        assert number in stack
        assert len(set(stack)) == len(stack)
        if stack[0] not in below:  # no circle
            assert all(stack.index(below[one]) < stack.index(one) for one in stack[1:])
