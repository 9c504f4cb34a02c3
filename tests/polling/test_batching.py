"""How much is asked at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.polling.batching import Size, answered, halves, narrowed, overloaded, parts


@pytest.mark.parametrize(
    ("size", "asked", "seconds", "after"),
    [
        (Size(50, 0), 50, 0.4, Size(50, 1)),
        (Size(50, 9), 50, 0.4, Size(60, 0)),
        (Size(95, 9), 95, 0.4, Size(100, 0)),
        (Size(50, 9), 8, 0.1, Size(50, 9)),  # a small batch proves nothing about larger ones
        (Size(60, 9), 58, 0.4, Size(70, 0)),  # two places stayed empty: 1,000 repositories in 17 batches
        (Size(60, 9), 58, 3.5, Size(30, 0)),
        (Size(60, 9), 47, 0.4, Size(60, 9)),
        (Size(25, 3), 8, 0.1, Size(25, 4)),  # but after trouble it has to grow back
        (Size(50, 5), 50, 2.0, Size(50, 0)),
        (Size(50, 5), 50, 3.5, Size(25, 0)),
        (Size(50, 5), 10, 3.5, Size(50, 0)),
        (Size(6, 0), 6, 9.0, Size(5, 0)),
    ],
)
def test_after_an_answer(size: Size, asked: int, seconds: float, after: Size) -> None:
    assert answered(size, asked, seconds) == after


@pytest.mark.parametrize(
    ("size", "asked", "after"),
    [(Size(50, 3), 50, Size(25)), (Size(60, 3), 58, Size(30)), (Size(50, 3), 25, Size(50)), (Size(5), 5, Size(5))],
)
def test_after_too_much(size: Size, asked: int, after: Size) -> None:
    assert overloaded(size, asked) == after


def test_halving_leads_to_one() -> None:
    steps, asked = [], 50
    while asked > 1:
        asked = narrowed(asked)
        steps.append(asked)
    assert steps == [25, 12, 6, 3, 1]


@given(st.lists(st.integers()), st.integers(1, 60))
def test_parts_keep_all_in_order(items: list[int], size: int) -> None:
    pieces = parts(items, size)
    assert [item for piece in pieces for item in piece] == items
    assert all(0 < len(piece) <= size for piece in pieces)


@given(st.lists(st.integers(), min_size=2))
def test_halves_are_two_and_nearly_alike(items: list[int]) -> None:
    first, second = halves(items)
    assert [*first, *second] == items
    assert 0 <= len(first) - len(second) <= 1
