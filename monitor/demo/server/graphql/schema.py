"""The executable schema: the SDL beside this module with its resolvers.

A field without a resolver is the attribute of its name in snake case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    build_ast_schema,
    is_abstract_type,
    parse,
)

from monitor.demo.server.graphql.context import Resolver, shown
from monitor.demo.server.graphql.older_schema import without
from monitor.demo.server.graphql.resolvers import pull_request, query, repository
from monitor.demo.server.timestamps import timestamp
from monitor.demo.world.objects import TimelineItem

SDL = Path(__file__).with_name("schema.graphql")
RESOLVERS: dict[str, Resolver] = {**query.FIELDS, **repository.FIELDS, **pull_request.FIELDS}
ENTERPRISE_LACKS = frozenset({"PullRequest.statusCheckRollup", "PullRequest.totalCommentsCount"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ITEM_ATTRIBUTES = {"id", "createdAt"}


@lru_cache(maxsize=8)
def demo_schema(*, enterprise: bool = False, lacks: frozenset[str] = frozenset()) -> GraphQLSchema:
    """The schema of github.com, or of an Enterprise Server whose pull requests lack two fields, and what `lacks` names."""
    schema = build_ast_schema(
        without(parse(SDL.read_text()), lacks | (ENTERPRISE_LACKS if enterprise else frozenset()))
    )
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            _wire(kind)
        elif is_abstract_type(kind):
            kind.resolve_type = _typename
        elif isinstance(kind, GraphQLScalarType) and kind.name == "DateTime":
            _write_with(kind, timestamp)
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
    attribute = _snake_case(name)
    if name in ("actor", "author"):
        return lambda thing, info: shown(getattr(thing, attribute))
    if kind == "RateLimit":
        return lambda thing, info: thing[name]
    read = attrgetter(attribute)

    def resolve(thing: Any, info: Any) -> Any:
        if isinstance(thing, TimelineItem) and name not in _ITEM_ATTRIBUTES:
            return thing.details[attribute]
        return read(thing)

    if kind.endswith("Event") or kind == "IssueComment":
        return resolve
    return lambda thing, info: read(thing)


def _snake_case(name: str) -> str:
    """`headRefOid` as `head_ref_oid`."""
    return _HUMP.sub("_", name).lower()
