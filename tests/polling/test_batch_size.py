"""How many repositories one query asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.polling.pacing.batch_size import (
    BatchSize,
    chunks_of,
    halves_of,
    narrowed_limit,
    size_after_answer,
    size_after_overload,
)


@pytest.mark.parametrize(
    ("size", "asked", "seconds", "after"),
    [
        (BatchSize(50, 0), 50, 0.4, BatchSize(50, 1)),
        (BatchSize(50, 9), 50, 0.4, BatchSize(60, 0)),
        (BatchSize(95, 9), 95, 0.4, BatchSize(100, 0)),
        (BatchSize(50, 9), 8, 0.1, BatchSize(50, 9)),  # a small batch says nothing about larger ones
        (BatchSize(60, 9), 58, 0.4, BatchSize(70, 0)),  # two places stayed empty: 1,000 repositories in 17 batches
        (BatchSize(60, 9), 58, 3.5, BatchSize(30, 0)),
        (BatchSize(60, 9), 47, 0.4, BatchSize(60, 9)),
        (BatchSize(25, 3), 8, 0.1, BatchSize(25, 4)),  # a reduced size grows again after small batches, too
        (BatchSize(50, 5), 50, 2.0, BatchSize(50, 0)),
        (BatchSize(50, 5), 50, 3.5, BatchSize(25, 0)),
        (BatchSize(50, 5), 10, 3.5, BatchSize(50, 0)),
        (BatchSize(6, 0), 6, 9.0, BatchSize(5, 0)),
    ],
)
def test_after_an_answer(size: BatchSize, asked: int, seconds: float, after: BatchSize) -> None:
    assert size_after_answer(size, asked, seconds) == after


@pytest.mark.parametrize(
    ("size", "asked", "after"),
    [
        (BatchSize(50, 3), 50, BatchSize(25)),
        (BatchSize(60, 3), 58, BatchSize(30)),
        (BatchSize(50, 3), 25, BatchSize(50)),
        (BatchSize(5), 5, BatchSize(5)),
    ],
)
def test_after_too_much(size: BatchSize, asked: int, after: BatchSize) -> None:
    assert size_after_overload(size, asked) == after


def test_halving_leads_to_one() -> None:
    steps, asked = [], 50
    while asked > 1:
        asked = narrowed_limit(asked)
        steps.append(asked)
    assert steps == [25, 12, 6, 3, 1]


@given(st.lists(st.integers()), st.integers(1, 60))
def test_parts_keep_all_in_order(items: list[int], size: int) -> None:
    pieces = chunks_of(items, size)
    assert [item for piece in pieces for item in piece] == items
    assert all(0 < len(piece) <= size for piece in pieces)


@given(st.lists(st.integers(), min_size=2))
def test_halves_are_two_and_nearly_alike(items: list[int]) -> None:
    first, second = halves_of(items)
    assert [*first, *second] == items
    assert 0 <= len(first) - len(second) <= 1
