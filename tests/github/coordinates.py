"""Names of a GraphQL schema's parts, written as `Type`, `Type.member` and `Type.field(argument:)`.

https://spec.graphql.org/September2025/#sec-Schema-Coordinates
"""

from graphql import (
    DocumentNode,
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    NamedTypeNode,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    visit,
)

Fielded = GraphQLObjectType | GraphQLInterfaceType


def named_in(document: DocumentNode) -> set[str]:
    """What a schema's text names."""
    found = set()
    for one in document.definitions:
        name = one.name.value
        found.add(name)
        for member in (*(getattr(one, "fields", None) or ()), *(getattr(one, "values", None) or ())):
            found.add(f"{name}.{member.name.value}")
            found |= {
                f"{name}.{member.name.value}({argument.name.value}:)"
                for argument in getattr(member, "arguments", None) or ()
            }
    return found


def known_to(schema: GraphQLSchema) -> set[str]:
    """Everything a schema has."""
    found = set(schema.type_map)
    for name, kind in schema.type_map.items():
        for member in _members(kind):
            found.add(f"{name}.{member}")
            found |= {f"{name}.{member}({argument}:)" for argument in _arguments(kind, member)}
    return found


def _members(kind: GraphQLNamedType) -> list[str]:
    return [*getattr(kind, "fields", ()), *getattr(kind, "values", ())]


def _arguments(kind: GraphQLNamedType, field: str) -> list[str]:
    return [*kind.fields[field].args] if isinstance(kind, Fielded) else []


class _Uses(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        if not node.name.value.startswith("__"):
            place = f"{self.info.get_parent_type().name}.{node.name.value}"
            self.found |= {place, *(f"{place}({one.name.value}:)" for one in node.arguments or ())}

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        self.found.add(f"{get_named_type(self.info.get_parent_input_type()).name}.{node.name.value}")

    def enter_enum_value(self, node: EnumValueNode, *_: object) -> None:
        self.found.add(f"{get_named_type(self.info.get_input_type()).name}.{node.value}")

    def enter_named_type(self, node: NamedTypeNode, *_: object) -> None:
        self.found.add(node.name.value)


def used_by(document: DocumentNode, schema: GraphQLSchema) -> set[str]:
    """What a query, which `schema` understands, uses of it."""
    info = TypeInfo(schema)
    uses = _Uses(info)
    visit(document, TypeInfoVisitor(info, uses))
    return uses.found


def needed_with(wanted: set[str], schema: GraphQLSchema) -> set[str]:
    """`wanted`, and what must be there with it: types of fields and arguments, what is required, what interfaces ask."""
    have = set(wanted)
    while more := _next(have, schema) - have:
        have |= more
    return have


def _next(have: set[str], schema: GraphQLSchema) -> set[str]:
    found = {name.partition(".")[0] for name in have}
    for name in list(found):
        match schema.type_map[name]:
            case GraphQLObjectType() | GraphQLInterfaceType() as kind:
                found |= _with_fields(kind, have) | _asked_by_interfaces(kind, have)
            case GraphQLInputObjectType() as kind:
                found |= _with_input(kind, have)
            case GraphQLEnumType() as kind:
                found |= _chosen(kind, have, [*kind.values])
    return found


def _chosen(kind: GraphQLNamedType, have: set[str], otherwise: list[str]) -> set[str]:
    """The members of `kind` that are there; where none is, `otherwise`: no type is empty."""
    members = {f"{kind.name}.{name}" for name in _members(kind)}
    return members & have or {f"{kind.name}.{name}" for name in otherwise}


def _with_fields(kind: Fielded, have: set[str]) -> set[str]:
    plain = sorted(name for name, one in kind.fields.items() if is_leaf_type(get_named_type(one.type)))
    found = _chosen(kind, have, plain[:1])
    for place in list(found):
        found |= _with_field(kind, place.partition(".")[2], have)
    return found


def _with_field(kind: Fielded, field: str, have: set[str]) -> set[str]:
    place, one = f"{kind.name}.{field}", kind.fields[field]
    found = {get_named_type(one.type).name}
    for name, argument in one.args.items():
        if is_required_argument(argument) or f"{place}({name}:)" in have:
            found |= {f"{place}({name}:)", get_named_type(argument.type).name}
    return found


def _with_input(kind: GraphQLInputObjectType, have: set[str]) -> set[str]:
    found = set()
    for name, one in kind.fields.items():
        if is_required_input_field(one) or f"{kind.name}.{name}" in have:
            found |= {f"{kind.name}.{name}", get_named_type(one.type).name}
    return found


def _asked_by_interfaces(kind: Fielded, have: set[str]) -> set[str]:
    asked = {one.name for one in kind.interfaces}
    parts = [name.partition(".") for name in have]
    return {f"{kind.name}.{part}" for name, _, part in parts if part and name in asked}
