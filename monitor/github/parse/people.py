"""Who is meant: a person, a bot or a team, wherever GitHub names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from monitor.github.answers import Account
from monitor.github.parse.fields import LONGEST_LOGIN, LONGEST_SLUG, Node, name, need, text

Subject = tuple[Literal["user", "team"] | None, str | None]


def whom(thing: Any) -> Subject:
    """A login, or a team as `org/slug`; nobody where GitHub shows neither."""
    if not isinstance(thing, Mapping):
        return None, None
    if slug := name(thing.get("combinedSlug"), LONGEST_SLUG):
        return "team", slug
    login = name(thing.get("login"))
    return ("user", login) if login else (None, None)


def person(actor: Any) -> tuple[str | None, bool]:
    """Login (None: a deleted account) and whether it is a bot."""
    login = name(actor.get("login")) if isinstance(actor, Mapping) else ""
    return (login, is_bot(actor)) if login else (None, False)


def account(node: Node) -> Account:
    """Who is behind a login."""
    return Account(need(node, "login", LONGEST_LOGIN), person=node.get("__typename") == "User")


def is_bot(actor: Any) -> bool:
    """GraphQL tells bots by type; the suffix is how they are written elsewhere."""
    return isinstance(actor, Mapping) and (
        actor.get("__typename") == "Bot" or text(actor.get("login")).endswith("[bot]")
    )
