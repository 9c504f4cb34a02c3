"""The context of a query: for whom its fields are resolved, and what a resolver is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo

from monitor.demo.server.credentials import AccessToken
from monitor.demo.world.objects import Account
from monitor.demo.world.world import World

Info = GraphQLResolveInfo
Resolver = Callable[..., Any]


@dataclass(slots=True)
class Context:
    """The world, who reads it, and their rate limit after this query (None: unlimited)."""

    world: World
    credential: AccessToken
    rate_limit: dict[str, Any] | None


def shown(account: Account | None) -> Account | None:
    """An account as others see it: a deleted one is nobody."""
    return None if account is None or account.deleted else account
