"""Puts a stack of pull requests into words: each step with its number and how its reviews stand."""

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.pages.wording.plain_text import plain
from monitor.rules.stack_order import StackMember

STEPS_IN_A_ROW = 5
_STATES: dict[str, tuple[str, str, str]] = {
    "approved": ("approved", "check", "ok"),
    "changes_requested": ("changes requested", "reply", "warn"),
    "waiting": ("in review", "clock", "t3"),
    "none": ("no review", "eye", "t3"),
}
_DRAFT = ("draft", "draft", "t3")


@dataclass(frozen=True, slots=True)
class StackStep:
    """One pull request of a stack. `here`: the one that the row or page is about. `words`: how its reviews stand."""

    number: int
    address: str
    title: str
    words: str
    icon: str
    tone: str
    here: bool


@dataclass(frozen=True, slots=True)
class ShownStack:
    """The steps of a stack, the one that can merge first before all others. `more_*`: how many are left out."""

    steps: tuple[StackStep, ...] = ()
    more_before: int = 0
    more_after: int = 0


def stack_steps(repository: str, number: int, members: Sequence[StackMember]) -> tuple[StackStep, ...]:
    """All steps of the stack of `repository`#`number`."""
    return tuple(_step(repository, one, one.number == number) for one in members)


def stack_in_row(steps: Sequence[StackStep]) -> ShownStack:
    """The steps that have room in a row: those around its own."""
    at = next((index for index, step in enumerate(steps) if step.here), 0)
    start = max(0, min(at - STEPS_IN_A_ROW // 2, len(steps) - STEPS_IN_A_ROW))
    shown = tuple(steps[start : start + STEPS_IN_A_ROW])
    return ShownStack(shown, start, len(steps) - start - len(shown))


def _step(repository: str, member: StackMember, here: bool) -> StackStep:
    words, icon, tone = _DRAFT if member.draft else _STATES[member.review_state]
    address = f"/pull-requests/{repository}/{member.number}"
    return StackStep(member.number, address, plain(member.title, 160) or "(no title)", words, icon, tone, here)
