"""What the parts of the server share: the world, the tokens, the Apps and the rate limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from monitor.demo.server.apps import App
from monitor.demo.server.rate_limits import RateLimits
from monitor.demo.server.tokens import Tokens
from monitor.demo.world.world import World


@dataclass(eq=False, slots=True)
class Services:
    """`now` is GitHub's clock; `enterprise`: this is an Enterprise Server; `lacks`: what its GraphQL has not."""

    world: World
    now: Callable[[], datetime]
    enterprise: bool
    lacks: frozenset[str] = frozenset()
    tokens: Tokens = field(init=False)
    rate_limits: RateLimits = field(init=False)
    apps: list[App] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.world, self.now)
        self.rate_limits = RateLimits(self.now)
