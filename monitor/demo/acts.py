"""The mark of an act: it runs alone in its world."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from monitor.demo.world import World

P = ParamSpec("P")
R = TypeVar("R")


def act(change: Callable[Concatenate[World, P], R]) -> Callable[Concatenate[World, P], R]:
    """Hold the world's lock while the act runs, so readers and other acts see it whole or not at all."""

    @wraps(change)
    def alone(world: World, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with world.lock:
            return change(world, *args, **kwargs)

    return alone
