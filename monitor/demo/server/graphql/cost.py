"""What a query costs: points and possible nodes, counted from its text and variables by GitHub's formula.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from monitor.demo.server.graphql.errors import Refused

NODE_LIMIT = 500_000
PAGE_LIMIT = 100
IDS_LIMIT = 100
_CONTENT = {"nodes", "edges"}


@dataclass(slots=True)
class Quote:
    """`requests` is the sum over connections of the times each is asked; `points` follow from it."""

    requests: int = 0
    nodes: int = 0
    points: int = 1
    types: set[str] = field(default_factory=set)


class Pricing:
    """Prices the operations of one document; made once per document, asked with each request's variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self.schema = schema
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]

    def quote(self, variables: dict[str, Any]) -> Quote:
        """The price; raises Refused for a missing or too large page, too many ids or too many nodes."""
        total = Quote()
        for operation in self.operations:
            defaults = {
                one.variable.name.value: _literal(one.default_value, {})
                for one in operation.variable_definitions or ()
                if one.default_value is not None
            }
            self._walk("Query", [operation.selection_set], 1, {**defaults, **variables}, total)
        total.points = max(1, (2 * total.requests + 100) // 200)
        if total.nodes > NODE_LIMIT:
            raise Refused(
                "MAX_NODE_LIMIT_EXCEEDED",
                f"This query requests up to {total.nodes:,} possible nodes "
                f"which exceeds the maximum limit of {NODE_LIMIT:,}.",
            )
        return total

    def _walk(
        self, kind: str, sets: list[SelectionSetNode], times: int, variables: dict[str, Any], total: Quote
    ) -> None:
        total.types.add(kind)
        for parent, fields in self._fields(kind, sets):
            total.types.add(parent)
            inner = [one.selection_set for one in fields if one.selection_set is not None]
            if inner:
                self._field(parent, fields[0], inner, times, variables, total)

    def _field(
        self,
        parent: str,
        node: FieldNode,
        inner: list[SelectionSetNode],
        times: int,
        variables: dict[str, Any],
        total: Quote,
    ) -> None:
        fields = self.schema.type_map[parent].fields  # type: ignore[attr-defined]
        name = node.name.value
        kind = get_named_type(fields[name].type).name if name in fields else ""
        given = {one.name.value: _literal(one.value, variables) for one in node.arguments or ()}
        if name == "nodes" and parent == "Query":
            times *= _ids(given)
            total.nodes += times
        elif kind.endswith("Connection"):
            total.requests += times
            if any(child.name.value in _CONTENT for _, (child, *_) in self._fields(kind, inner)):
                times *= _page_size(name, given)
                total.nodes += times
        if kind:
            self._walk(kind, inner, times, variables, total)

    def _fields(self, kind: str, sets: list[SelectionSetNode]) -> Iterator[tuple[str, list[FieldNode]]]:
        """The fields under their parent type, those of one response key taken together."""
        merged: dict[tuple[str, str], list[FieldNode]] = {}
        self._collect(kind, sets, merged)
        for (parent, _), fields in merged.items():
            yield parent, fields

    def _collect(self, kind: str, sets: list[SelectionSetNode], merged: dict[tuple[str, str], list[FieldNode]]) -> None:
        for selection in (one for group in sets for one in group.selections):
            if isinstance(selection, FieldNode):
                key = selection.alias or selection.name
                merged.setdefault((kind, key.value), []).append(selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                self._collect(condition.name.value if condition else kind, [selection.selection_set], merged)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                self._collect(fragment.type_condition.name.value, [fragment.selection_set], merged)


def _literal(value: ValueNode | None, variables: dict[str, Any]) -> Any:
    if isinstance(value, VariableNode):
        return variables.get(value.name.value)
    if isinstance(value, IntValueNode):
        return int(value.value)
    return [_literal(one, variables) for one in value.values] if isinstance(value, ListValueNode) else None


def _ids(given: dict[str, Any]) -> int:
    ids = given.get("ids")
    count = len(ids) if isinstance(ids, list) else 1
    if count > IDS_LIMIT:
        raise Refused("ARGUMENT_LIMIT", f"You may not provide more than {IDS_LIMIT} node ids; you provided {count}.")
    return count


def _page_size(name: str, given: dict[str, Any]) -> int:
    argument = "first" if given.get("first") is not None else "last"
    size = given.get(argument)
    if size is None:
        raise Refused(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` connection.",
        )
    if not 1 <= size <= PAGE_LIMIT:
        raise Refused(
            "EXCESSIVE_PAGINATION" if size > PAGE_LIMIT else "INVALID_PAGINATION",
            f"Requesting {size} records on the `{name}` connection exceeds the `{argument}` limit of "
            f"{PAGE_LIMIT} records."
            if size > PAGE_LIMIT
            else f"`{argument}` on the `{name}` connection cannot be less than one.",
        )
    return int(size)
