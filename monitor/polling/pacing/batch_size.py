"""Decides how many repositories one query asks for: more after quick answers, half after slow or failed ones."""

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
class BatchSize:
    """`batch`: how many repositories one probe asks for. `fast`: how many quick answers in a row there were."""

    batch: int = USUAL
    fast: int = 0


def size_after_answer(size: BatchSize, asked: int, seconds: float) -> BatchSize:
    """The size after an answer: a slow answer halves it, ten quick answers to full batches add ten."""
    if seconds > SLOW_SECONDS and is_full(size, asked):
        return BatchSize(max(SMALLEST, size.batch // 2))
    if seconds >= FAST_SECONDS:
        return BatchSize(size.batch)
    if not is_full(size, asked) and size.batch >= USUAL:
        return size  # a small batch says nothing about larger ones; only a reduced size grows after small batches
    if size.fast + 1 < FAST_ANSWERS_TO_GROW:
        return BatchSize(size.batch, size.fast + 1)
    return BatchSize(min(LARGEST, size.batch + STEP))


def is_full(size: BatchSize, asked: int) -> bool:
    """Whether a batch was nearly full: repositories are spread evenly over batches, so a few places stay empty."""
    return asked * 100 >= size.batch * FULL_PERCENT


def size_after_overload(size: BatchSize, asked: int) -> BatchSize:
    """The size after GitHub failed on a batch: half, if the batch was full."""
    return BatchSize(max(SMALLEST, size.batch // 2)) if is_full(size, asked) else BatchSize(size.batch)


def narrowed_limit(asked: int) -> int:
    """The largest batch for the repositories of a failed batch, until GitHub answers about them."""
    return max(1, asked // 2)


def chunks_of(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """`items` in chunks of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def halves_of(items: Sequence[T]) -> list[Sequence[T]]:
    """`items` in two chunks of nearly the same length; one chunk for a single item."""
    return chunks_of(items, -(-len(items) // 2)) if len(items) > 1 else [items]
