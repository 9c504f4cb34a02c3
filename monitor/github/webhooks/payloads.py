"""Reads the fields of a webhook payload. A missing, null, wrongly typed or too long value counts as absent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from monitor.github.webhooks.hints import NamedObject

Payload = Mapping[str, Any]

# These values go into queries and into the database: only known characters and known lengths may pass.
NODE_ID = re.compile(r"[A-Za-z0-9_=+/:.-]{1,100}")
FULL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,99}/[A-Za-z0-9_.-]{1,100}")
SLUG = re.compile(r"[A-Za-z0-9_.-]{1,99}")
SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
ACTION = re.compile(r"[A-Za-z0-9_.-]{1,50}")


def object_in(node: Any, name: str) -> Payload:
    """The object in a field of `node`; an empty one if there is none."""
    found = node.get(name) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def list_in(node: Payload, name: str) -> list[Any]:
    """The list in a field of `node`; an empty one if there is none."""
    found = node.get(name)
    return found if isinstance(found, list) else []


def text_matching(value: Any, pattern: re.Pattern[str]) -> str:
    """`value` if it is a text that matches the pattern; otherwise an empty text."""
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def home_repository(payload: Payload) -> tuple[NamedObject, ...]:
    """The repository of a payload; empty for an event of an organization."""
    return repositories_in([payload.get("repository")])


def repositories_in(nodes: list[Any]) -> tuple[NamedObject, ...]:
    """The repositories among `nodes` that have an id or a name."""
    named = (
        NamedObject(
            text_matching(_field(node, "node_id"), NODE_ID), text_matching(_field(node, "full_name"), FULL_NAME)
        )
        for node in nodes
    )
    return tuple(one for one in named if one != NamedObject())


def pull_requests_in(nodes: list[Any], number: Any = None) -> tuple[NamedObject, ...]:
    """The pull requests among `nodes` that have an id or a number; `number` is the payload's own number."""
    named = (
        NamedObject(text_matching(_field(node, "node_id"), NODE_ID), _number(_field(node, "number") or number))
        for node in nodes
    )
    return tuple(one for one in named if one != NamedObject())


def is_in_same_repository(node: Any, payload: Payload) -> bool:
    """Whether a check's pull request belongs to this repository: it may go from here into another repository."""
    base = object_in(object_in(node, "base"), "repo").get("id")
    return base is None or base == object_in(payload, "repository").get("id")


def _field(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, Mapping) else None


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else ""
