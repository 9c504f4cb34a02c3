"""Reads people, bots and teams, wherever GitHub's JSON names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from monitor.github.answers import LoginOwner
from monitor.github.parse.fields import LONGEST_LOGIN, LONGEST_SLUG, Node, name_or_empty, required_text, text

# A bot that is asked under one name and reviews under another: the one thing has the one name, everywhere.
# https://docs.github.com/en/copilot/how-tos/use-copilot-agents/request-a-code-review/use-code-review
_ONE_NAME = {"copilot-pull-request-reviewer": "Copilot"}
UserOrTeam = tuple[Literal["user", "team"] | None, str | None]


def user_or_team(thing: Any) -> UserOrTeam:
    """The kind and the name of a user (login) or a team (`org/slug`); (None, None) if GitHub shows neither."""
    if not isinstance(thing, Mapping):
        return None, None
    if slug := name_or_empty(thing.get("combinedSlug"), LONGEST_SLUG):
        return "team", slug
    login = _login(thing)
    return ("user", login) if login else (None, None)


def login_and_bot(actor: Any) -> tuple[str | None, bool]:
    """The login (None for a deleted account), and whether the account is a bot."""
    login = _login(actor) if isinstance(actor, Mapping) else ""
    return (login, is_bot(actor)) if login else (None, False)


def _login(thing: Node) -> str:
    login = name_or_empty(thing.get("login"))
    return _ONE_NAME.get(login.lower().removesuffix("[bot]"), login)


def login_owner(node: Node) -> LoginOwner:
    """The account that a login belongs to."""
    return LoginOwner(required_text(node, "login", LONGEST_LOGIN), person=node.get("__typename") == "User")


def is_bot(actor: Any) -> bool:
    """Whether an actor is a bot: GraphQL has a type for bots, other sources write the suffix `[bot]`."""
    return isinstance(actor, Mapping) and (
        actor.get("__typename") == "Bot" or text(actor.get("login")).endswith("[bot]")
    )
