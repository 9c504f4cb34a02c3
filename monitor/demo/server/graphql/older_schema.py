"""The schema of a server that lacks some of GitHub's types and fields, as an older Enterprise Server does."""

from __future__ import annotations

import re
from typing import Any

from graphql import DocumentNode, TypeNode

_ITEM_TYPES = "PullRequestTimelineItemsItemType"
_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def without(schema: DocumentNode, lacks: frozenset[str]) -> DocumentNode:
    """`schema` without the types (`Type`) and fields (`Type.field`) that are named, and without all that needs them.

    A field of such a type goes with it, and so do a union's member and the name by which a timeline is asked for it.
    """
    gone = lacks | {f"{_ITEM_TYPES}.{_WORD_START.sub('_', name).upper()}" for name in lacks}
    kept = [_older(one, gone) for one in schema.definitions if _name(one) not in gone]
    return DocumentNode(definitions=tuple(kept))


def _older(kind: Any, gone: frozenset[str]) -> Any:
    changes = {}
    for key in {"fields", "values"} & set(kind.keys):
        members = getattr(kind, key) or ()
        changes[key] = tuple(
            one for one in members if f"{_name(kind)}.{_name(one)}" not in gone and _named(one) not in gone
        )
    for key in {"interfaces", "types"} & set(kind.keys):
        changes[key] = tuple(one for one in getattr(kind, key) or () if _name(one) not in gone)
    return type(kind)(**{key: changes.get(key, getattr(kind, key)) for key in kind.keys if key != "loc"})


def _name(node: Any) -> str:
    return str(node.name.value)


def _named(member: Any) -> str | None:
    """The type that a field leads to, without its list and non-null marks; None for an enum's value."""
    kind: TypeNode | None = getattr(member, "type", None)
    while kind is not None and hasattr(kind, "type"):
        kind = kind.type
    return None if kind is None else _name(kind)
