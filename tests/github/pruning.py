"""A schema's text with some of its parts only."""

from typing import Any

from graphql import DocumentNode, TypeDefinitionNode

_BARE: dict[str, Any] = {"description": None, "directives": ()}


def pruned(whole: DocumentNode, keep: set[str]) -> DocumentNode:
    """The types of `whole` and their parts that `keep` names, in alphabetical order; no descriptions, no directives."""
    types = [one for one in whole.definitions if isinstance(one, TypeDefinitionNode)]
    return DocumentNode(definitions=tuple(_type(one, keep) for one in _kept(types, "{}", keep)))


def _type(kind: Any, keep: set[str]) -> Any:
    changes = dict(_BARE)
    place = f"{kind.name.value}.{{}}"
    for key in {"fields", "values"} & set(kind.keys):
        changes[key] = tuple(_member(one, place, keep) for one in _kept(getattr(kind, key), place, keep))
    # Interfaces, and the types of a union.
    for key in {"interfaces", "types"} & set(kind.keys):
        changes[key] = _kept(getattr(kind, key), "{}", keep)
    return _changed(kind, changes)


def _member(member: Any, place: str, keep: set[str]) -> Any:
    changes = dict(_BARE)
    if "arguments" in member.keys:
        arguments = _kept(member.arguments, f"{place.format(member.name.value)}({{}}:)", keep)
        changes["arguments"] = tuple(_changed(one, _BARE) for one in arguments)
    return _changed(member, changes)


def _kept(nodes: Any, place: str, keep: set[str]) -> tuple[Any, ...]:
    found = (one for one in nodes or () if place.format(one.name.value) in keep)
    return tuple(sorted(found, key=lambda one: one.name.value))


def _changed(node: Any, changes: dict[str, Any]) -> Any:
    return type(node)(**{key: changes.get(key, getattr(node, key)) for key in node.keys if key != "loc"})
