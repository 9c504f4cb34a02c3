"""Puts the pull requests of a stack in order: first the one that can merge first, above it those that rest on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StackMember:
    """One open pull request of a stack."""

    number: int
    title: str
    draft: bool
    review_state: str


def stacks_by_number(below: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    """Number -> the numbers of its whole stack in order, for every pull request that is in a stack.

    `below`: number -> the number of the pull request that it is stacked on. Where several rest on one, each is followed
    by all that rests on itself, the oldest first. A circle (two branches that are each other's base) begins anywhere.
    """
    above: dict[int, list[int]] = {}
    for number, under in sorted(below.items()):
        above.setdefault(under, []).append(number)
    bottoms = sorted(above.keys() - below.keys())
    found: dict[int, tuple[int, ...]] = {}
    for bottom in [*bottoms, *sorted(above.keys() & below.keys())]:
        if bottom not in found:
            stack = tuple(_upwards(bottom, above))
            found.update(dict.fromkeys(stack, stack))
    return found


def _upwards(bottom: int, above: Mapping[int, Sequence[int]]) -> Iterator[int]:
    waiting, seen = [bottom], set[int]()
    while waiting:
        number = waiting.pop()
        if number not in seen:
            seen.add(number)
            yield number
            waiting.extend(reversed(above.get(number, ())))
