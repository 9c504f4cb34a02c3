"""Reads single fields of GitHub's JSON. A missing or odd value becomes empty; a required one raises `UnreadableAnswer`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Node = Mapping[str, Any]
# PostgreSQL stores no NUL. Half of a surrogate pair is no character: UTF-8 cannot encode it.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# GitHub has no longer values. A longer one would make it impossible to store the whole repository.
LONGEST_ID, LONGEST_OID, LONGEST_LOGIN, LONGEST_SLUG = 100, 64, 100, 200
LARGEST = 2**31 - 1  # GraphQL's own largest number


class UnreadableAnswer(ValueError):
    """A part of an answer lacks a value that GitHub's schema promises."""


def text(value: Any) -> str:
    """A text, also with control characters, but without the characters that databases cannot store."""
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else ""


def number(value: Any) -> int:
    """A whole number from 0 to GraphQL's largest; 0 for any other value."""
    return min(max(value, 0), LARGEST) if isinstance(value, int) and not isinstance(value, bool) else 0


def timestamp(value: Any) -> datetime | None:
    """A time in UTC. None for any other value, and for a time so far away that some time zones cannot express it."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        there = found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return there if there and 1000 <= there.year < 9999 else None


def required_time(node: Node, field: str) -> datetime:
    """A time that must be present. Raises `UnreadableAnswer`."""
    found = timestamp(node.get(field))
    if found is None:
        raise UnreadableAnswer(f"{field} is {node.get(field)!r}")
    return found


def required_text(node: Node, field: str, longest: int = LONGEST_ID) -> str:
    """A text of at most `longest` characters that must be present. Raises `UnreadableAnswer`."""
    found = text(node.get(field))
    if not 0 < len(found) <= longest:
        raise UnreadableAnswer(f"{field} is {str(node.get(field))[:LONGEST_ID]!r}")
    return found


def name_or_empty(value: Any, longest: int = LONGEST_LOGIN) -> str:
    """A login or slug; empty if the text is longer than `longest`."""
    found = text(value)
    return found if len(found) <= longest else ""


def url_or_empty(value: Any) -> str:
    """A URL with http or https, safe for links; empty for any other value."""
    found = text(value)
    return found if found.startswith(("https://", "http://")) else ""


def object_in(node: Node, field: str) -> Node:
    """The object in a field; empty if the field is null."""
    found = node.get(field)
    return found if isinstance(found, Mapping) else {}


def required_connection(node: Node, field: str) -> Node:
    """A connection that must be present: null means a failure, never an empty list. Raises `UnreadableAnswer`."""
    found = node.get(field)
    if not isinstance(found, Mapping) or not isinstance(found.get("nodes"), list):
        raise UnreadableAnswer(f"{field} is missing")
    return found


def nodes(connection: Node) -> list[Node]:
    """The nodes of a connection, without the null ones, which the credential may not read."""
    found = connection.get("nodes")
    return [node for node in found if isinstance(node, Mapping)] if isinstance(found, list) else []
