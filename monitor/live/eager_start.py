"""Runs a coroutine up to its first wait without a task: most sends never wait, and a task costs more than a send."""

import types
from collections.abc import Awaitable, Coroutine, Generator
from functools import partial
from typing import Any


def run_to_first_wait(work: Coroutine[Any, Any, None]) -> Awaitable[None] | None:
    """Runs `work` up to its first wait; returns the rest, to be awaited, or None when `work` is done."""
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return _rest(work, waits_for)


@types.coroutine
def _rest(work: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    while True:
        try:
            step = partial(work.send, (yield waits_for))
        except BaseException as error:
            # The coroutine was cancelled, or what it waited for failed: the coroutine gets the error.
            step = partial(work.throw, error)
        try:
            waits_for = step()
        except StopIteration:
            return
