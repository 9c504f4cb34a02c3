"""The demo serves GitHub's own types: every type, field and argument of it is there in GitHub's schema, of the same type."""

import os
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_ast_schema,
    parse,
)

from monitor.demo.schema import demo_schema

SCHEMA_FILE = os.environ.get("GITHUB_SCHEMA_FILE")
pytestmark = pytest.mark.skipif(
    not SCHEMA_FILE, reason="GITHUB_SCHEMA_FILE does not name a copy of GitHub's GraphQL schema to compare with"
)


@pytest.fixture(scope="module")
def original() -> GraphQLSchema:
    document = parse(Path(SCHEMA_FILE or "").read_text(), no_location=True)
    return build_ast_schema(document, assume_valid=True, assume_valid_sdl=True)


def differences(name: str, original: GraphQLSchema) -> list[str]:
    ours, theirs = demo_schema().type_map[name], original.type_map.get(name)
    if theirs is None or type(ours) is not type(theirs):
        return [f"{name}: GitHub has no such type"]
    match ours:
        case GraphQLObjectType() | GraphQLInterfaceType():
            return [line for field in ours.fields for line in field_differences(name, field, original)]
        case GraphQLInputObjectType():
            return [
                f"{name}.{key}" for key, one in ours.fields.items() if str(one.type) != str(theirs.fields[key].type)
            ]
        case GraphQLUnionType():
            return [
                f"{name}: {one.name}" for one in ours.types if one.name not in {other.name for other in theirs.types}
            ]
        case GraphQLEnumType():
            return [f"{name}: {value}" for value in ours.values if value not in theirs.values]
    return []


def field_differences(name: str, field: str, original: GraphQLSchema) -> list[str]:
    ours, theirs = demo_schema().type_map[name].fields[field], original.type_map[name].fields.get(field)
    if theirs is None or str(ours.type) != str(theirs.type):
        return [f"{name}.{field}: {ours.type}, GitHub: {theirs and theirs.type}"]
    wrong = [
        key for key, one in ours.args.items() if key not in theirs.args or str(one.type) != str(theirs.args[key].type)
    ]
    return [f"{name}.{field}({key})" for key in wrong]


def test_every_type_field_and_argument_is_githubs_own(original: GraphQLSchema) -> None:
    names = [name for name in demo_schema().type_map if not name.startswith("__")]
    assert [line for name in names for line in differences(name, original)] == []


def test_interfaces_are_implemented_by_types_that_implement_them_on_github(original: GraphQLSchema) -> None:
    for name, kind in demo_schema().type_map.items():
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__"):
            theirs = {one.name for one in original.type_map[name].interfaces}
            assert {one.name for one in kind.interfaces} <= theirs, name
