"""Reading single fields of GitHub's JSON: what is missing or odd becomes empty, or `Puzzling` where it must not be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Node = Mapping[str, Any]
# PostgreSQL stores no NUL; half a surrogate pair is no character and cannot be written as UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# What is longer is none that GitHub gives, and would keep a whole repository from being written down.
LONGEST_ID, LONGEST_OID, LONGEST_LOGIN, LONGEST_SLUG = 100, 64, 100, 200
LARGEST = 2**31 - 1  # GraphQL's own largest number


class Puzzling(ValueError):
    """A part of an answer lacks what GitHub's schema promises."""


def text(value: Any) -> str:
    """A text as it came, control characters too, without what no database stores."""
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else ""


def number(value: Any) -> int:
    """A whole number from 0 to GraphQL's largest, 0 for anything else."""
    return min(max(value, 0), LARGEST) if isinstance(value, int) and not isinstance(value, bool) else 0


def moment(value: Any) -> datetime | None:
    """A time in UTC, None for anything else; and for what lies so far off that it is none in every time zone."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        there = found.astimezone(UTC) if found and found.tzinfo else None
    except (ValueError, OverflowError):
        return None
    return there if there and 1000 <= there.year < 9999 else None


def when(node: Node, field: str) -> datetime:
    """A time that must be there."""
    found = moment(node.get(field))
    if found is None:
        raise Puzzling(f"{field} is {node.get(field)!r}")
    return found


def need(node: Node, field: str, longest: int = LONGEST_ID) -> str:
    """A text that must be there, of at most `longest` characters."""
    found = text(node.get(field))
    if not 0 < len(found) <= longest:
        raise Puzzling(f"{field} is {str(node.get(field))[:LONGEST_ID]!r}")
    return found


def name(value: Any, longest: int = LONGEST_LOGIN) -> str:
    """A login or slug; empty when it is longer than any."""
    found = text(value)
    return found if len(found) <= longest else ""


def address(value: Any) -> str:
    """An address that pages may lead to; empty for anything else."""
    found = text(value)
    return found if found.startswith(("https://", "http://")) else ""


def part(node: Node, field: str) -> Node:
    """An object inside another; empty when it is null."""
    found = node.get(field)
    return found if isinstance(found, Mapping) else {}


def whole(node: Node, field: str) -> Node:
    """A connection that must be there: a null one is a failure, never an empty list."""
    found = node.get(field)
    if not isinstance(found, Mapping) or not isinstance(found.get("nodes"), list):
        raise Puzzling(f"{field} is missing")
    return found


def nodes(connection: Node) -> list[Node]:
    """The nodes of a connection; null ones (which may not be read) left out."""
    found = connection.get("nodes")
    return [node for node in found if isinstance(node, Mapping)] if isinstance(found, list) else []
