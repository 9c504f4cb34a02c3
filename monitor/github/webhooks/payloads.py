"""Reads the fields of a webhook's payload: what is missing, null, of another type or out of bounds is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from monitor.github.webhooks.hints import Named

Payload = Mapping[str, Any]

# What is kept ends up in queries and in the database: letters and digits of known lengths, nothing else.
NODE_ID = re.compile(r"[A-Za-z0-9_=+/:.-]{1,100}")
FULL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,99}/[A-Za-z0-9_.-]{1,100}")
SLUG = re.compile(r"[A-Za-z0-9_.-]{1,99}")
SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
ACTION = re.compile(r"[A-Za-z0-9_.-]{1,50}")


def part(node: Any, name: str) -> Payload:
    """An object below `node`; an empty one when there is none."""
    found = node.get(name) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def listed(node: Payload, name: str) -> list[Any]:
    """A list below `node`; an empty one when there is none."""
    found = node.get(name)
    return found if isinstance(found, list) else []


def text(value: Any, pattern: re.Pattern[str]) -> str:
    """`value` when it looks as it should, else nothing."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def home(payload: Payload) -> tuple[Named, ...]:
    """The repository a payload is about; none for what an organization sends."""
    return repositories([payload.get("repository")])


def repositories(nodes: list[Any]) -> tuple[Named, ...]:
    """Those of `nodes` that can be told apart."""
    named = (Named(text(_of(node, "node_id"), NODE_ID), text(_of(node, "full_name"), FULL_NAME)) for node in nodes)
    return tuple(one for one in named if one != Named())


def pull_requests(nodes: list[Any], number: Any = None) -> tuple[Named, ...]:
    """Those of `nodes` that can be told apart; `number` where only the payload itself has it."""
    named = (Named(text(_of(node, "node_id"), NODE_ID), _number(_of(node, "number") or number)) for node in nodes)
    return tuple(one for one in named if one != Named())


def is_here(node: Any, payload: Payload) -> bool:
    """Whether a pull request that a check names is one of this repository: it may lead from here into another."""
    base = part(part(node, "base"), "repo").get("id")
    return base is None or base == part(payload, "repository").get("id")


def _of(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, Mapping) else None


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else ""
