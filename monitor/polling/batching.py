"""How much to ask at once: grows while GitHub answers quickly, halves when it is too much, and narrows down who is to blame."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

USUAL = 50
LARGEST = 100
SMALLEST = 5
STEP = 10
FAST_SECONDS = 1.0
SLOW_SECONDS = 3.0
FAST_ANSWERS_TO_GROW = 10
FULL_PERCENT = 80

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """How many repositories one probe asks for, and how many quick answers in a row it has had."""

    batch: int = USUAL
    fast: int = 0


def answered(size: Size, asked: int, seconds: float) -> Size:
    """After an answer: a slow one halves, ten quick ones to full batches add ten."""
    if seconds > SLOW_SECONDS and is_full(size, asked):
        return Size(max(SMALLEST, size.batch // 2))
    if seconds >= FAST_SECONDS:
        return Size(size.batch)
    if not is_full(size, asked) and size.batch >= USUAL:
        return size  # a small batch proves nothing about larger ones; but after trouble it has to grow back
    if size.fast + 1 < FAST_ANSWERS_TO_GROW:
        return Size(size.batch, size.fast + 1)
    return Size(min(LARGEST, size.batch + STEP))


def is_full(size: Size, asked: int) -> bool:
    """Whether a batch was about as large as allowed: repositories are spread evenly, so the last few places stay empty."""
    return asked * 100 >= size.batch * FULL_PERCENT


def overloaded(size: Size, asked: int) -> Size:
    """After GitHub gave up on a batch of the usual size: halve it."""
    return Size(max(SMALLEST, size.batch // 2)) if is_full(size, asked) else Size(size.batch)


def narrowed(asked: int) -> int:
    """The most to ask with any of the repositories of a failed batch, until they are answered."""
    return max(1, asked // 2)


def parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """`items` in pieces of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def halves(items: Sequence[T]) -> list[Sequence[T]]:
    """Two pieces of nearly the same length; one when there is nothing to halve."""
    return parts(items, -(-len(items) // 2)) if len(items) > 1 else [items]
