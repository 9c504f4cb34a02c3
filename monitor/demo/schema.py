"""The executable schema: the SDL beside this module with its resolvers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from graphql import GraphQLEnumType, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, build_schema, is_abstract_type

from monitor.demo.names import snake
from monitor.demo.objects import Item
from monitor.demo.resolvers import RESOLVERS
from monitor.demo.viewer import shown

SDL = Path(__file__).with_name("schema.graphql")
_ITEM_ATTRIBUTES = {"id", "createdAt"}


@lru_cache(maxsize=2)
def demo_schema(*, enterprise: bool = False) -> GraphQLSchema:
    """The schema of github.com, or of an Enterprise Server whose pull requests lack two fields."""
    schema = build_schema(SDL.read_text())
    if enterprise:
        for name in ("statusCheckRollup", "totalCommentsCount"):
            del schema.type_map["PullRequest"].fields[name]  # type: ignore[attr-defined]
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            _wire(kind)
        elif is_abstract_type(kind):
            kind.resolve_type = _typename
        elif isinstance(kind, GraphQLScalarType) and kind.name == "DateTime":
            _write_with(kind, instant)
        elif isinstance(kind, GraphQLEnumType):
            _write_with(kind, str)
    return schema


def _write_with(kind: GraphQLScalarType | GraphQLEnumType, write: Callable[[Any], str]) -> None:
    for name in ("serialize", "coerce_output_value"):  # the second is graphql-core 3.3's name for it
        setattr(kind, name, write)


def _typename(value: Any, info: Any, kind: Any) -> str:
    return str(value.typename)


def _wire(kind: GraphQLObjectType) -> None:
    for name, field in kind.fields.items():
        field.resolve = RESOLVERS.get(f"{kind.name}.{name}") or _attribute(kind.name, name)


def _attribute(kind: str, name: str) -> Callable[..., Any]:
    attribute = snake(name)
    if name in ("actor", "author"):
        return lambda thing, info: shown(getattr(thing, attribute))
    if kind == "RateLimit":
        return lambda thing, info: thing[name]
    read = attrgetter(attribute)

    def resolve(thing: Any, info: Any) -> Any:
        if isinstance(thing, Item) and name not in _ITEM_ATTRIBUTES:
            return thing.details[attribute]
        return read(thing)

    if kind.endswith("Event") or kind == "IssueComment":
        return resolve
    return lambda thing, info: read(thing)


@lru_cache(maxsize=65536)
def instant(value: datetime) -> str:
    """A time as GitHub writes it: UTC, whole seconds, Z."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")
