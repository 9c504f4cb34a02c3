"""The schema that every clone checks the documents with is GitHub's own: the script wrote it, and nobody since."""

import pytest
from graphql import build_schema, parse, print_ast, validate

from monitor.demo.server.graphql.schema import SDL
from tests.github import extract
from tests.github.coordinates import named_in, needed_with, used_by
from tests.github.pruning import pruned

WHOLE = parse(
    """
    "Everything"
    type Query { thing(id: ID!, size: Int = 3, colour: Colour): Thing, order(by: Order): [Thing!]!, other: Other }
    interface Thing @deprecated { "Which" id: ID!, when(zone: String): Moment }
    type Box implements Thing & Other { id: ID!, when(zone: String): Moment, lid: Lid, colour: Colour, more: Int }
    type Lid { name: String }
    interface Other { more: Int }
    enum Colour { RED GREEN }
    enum Way { UP DOWN }
    input Order { way: Way!, field: String, limit: Int }
    scalar Moment
    union Any = Box | Lid
    """
)
SCHEMA = build_schema(print_ast(WHOLE).replace("@deprecated", ""))


def part(query: str, *named: str) -> str:
    wanted = used_by(parse(query), SCHEMA) | set(named)
    text = print_ast(pruned(WHOLE, needed_with(wanted, SCHEMA)))
    assert validate(build_schema(text), parse(query)) == []
    return text


@pytest.mark.parametrize(
    ("query", "named", "text"),
    [
        ("{thing(id:1){__typename id}}", (), "interface Thing { id: ID! } type Query { thing(id: ID!): Thing }"),
        (
            '{thing(id:1){when(zone:"UTC")}}',
            (),
            "scalar Moment type Query { thing(id: ID!): Thing } interface Thing { when(zone: String): Moment }",
        ),
        (
            "{thing(id:1,colour:RED){... on Box{lid{name}}}}",
            (),
            "type Box implements Thing { id: ID! lid: Lid } enum Colour { RED } type Lid { name: String }"
            " type Query { thing(colour: Colour, id: ID!): Thing } interface Thing { id: ID! }",
        ),
        (
            "{order(by:{way:UP,limit:2}){id}}",
            (),
            "input Order { limit: Int way: Way! } type Query { order(by: Order): [Thing!]! } interface Thing { id: ID! }"
            " enum Way { UP }",
        ),
        (
            "{other{more}}",
            ("Any", "Box", "Box.colour"),
            "union Any = Box type Box implements Other { colour: Colour more: Int } enum Colour { GREEN RED }"
            " interface Other { more: Int } type Query { other: Other }",
        ),
    ],
)  # fmt: skip
def test_the_extract_has_used_and_named_parts_and_their_dependencies(
    query: str, named: tuple[str, ...], text: str
) -> None:
    found = {one.name.value: print_ast(one) for one in parse(part(query, *named)).definitions}
    asked = {one.name.value: print_ast(one) for one in parse(text).definitions}
    assert found == asked


def test_what_was_named_once_stays_named() -> None:
    text = part("{thing(id:1){id}}", "Box", "Box.lid", "Lid.name", "Query.thing(size:)")
    assert print_ast(pruned(WHOLE, needed_with(named_in(parse(text)), SCHEMA))) == text


def test_nobody_changed_the_schema_by_hand() -> None:
    text = SDL.read_text()
    assert extract.is_sealed(text), extract.ADVICE
    assert not extract.is_sealed(text.replace("login: String!", "login: String", 1))
    assert not extract.is_sealed(f"{text}\nscalar Made\n")


@pytest.mark.parametrize(
    "named", ["type Invented { id: ID! }", "type User { shoeSize: Int }", "type User { id(a: Int): ID! }"]
)
def test_names_that_github_does_not_have_are_refused(named: str) -> None:
    with pytest.raises(extract.NotGitHubs, match=r"Invented|User\.shoeSize|User\.id\(a:\)"):
        extract.extract(parse(SDL.read_text()), named, {})


def test_a_document_that_github_does_not_understand_is_refused() -> None:
    with pytest.raises(extract.NotGitHubs, match="'viewer': Cannot query field 'shoeSize' on type 'User'"):
        extract.extract(parse(SDL.read_text()), "scalar URI", {"viewer": "{viewer{shoeSize}}"})


def test_what_a_document_begins_to_use_is_added() -> None:
    text = extract.extract(parse(SDL.read_text()), "scalar URI", {"viewer": "{viewer{name}}"})
    assert extract.is_sealed(text)
    assert (
        text.partition("\n\n")[2]
        == "type Query {\n  viewer: User!\n}\n\nscalar URI\n\ntype User {\n  name: String\n}\n"
    )
