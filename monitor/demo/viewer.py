"""Who reads: what every field is answered for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo

from monitor.demo.credentials import Credential
from monitor.demo.objects import Account
from monitor.demo.world import World

Info = GraphQLResolveInfo
Resolver = Callable[..., Any]


@dataclass(slots=True)
class Viewer:
    """Who reads, which world, and the state of their purse after this query (None: unlimited)."""

    world: World
    credential: Credential
    rate_limit: dict[str, Any] | None


def shown(account: Account | None) -> Account | None:
    """An account as others see it: a deleted one is nobody."""
    return None if account is None or account.deleted else account
