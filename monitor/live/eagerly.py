"""Runs a coroutine at once as far as it goes without waiting: most sends never wait, and a task costs more than they do."""

import types
from collections.abc import Awaitable, Coroutine, Generator
from functools import partial
from typing import Any


def begin(work: Coroutine[Any, Any, None]) -> Awaitable[None] | None:
    """Runs `work` up to its first wait; returns what is left of it to await, or None when it is done."""
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
            # Cancelled, or what it waited for failed: that is for the coroutine to hear.
            step = partial(work.throw, error)
        try:
            waits_for = step()
        except StopIteration:
            return
