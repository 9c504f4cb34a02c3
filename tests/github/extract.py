"""Writes the part of GitHub's GraphQL schema that the demo serves and the documents use, from GitHub's whole schema.

    python -m tests.github.extract PATH            writes monitor/demo/server/graphql/schema.graphql
    python -m tests.github.extract PATH --check    fails where it would write something else

PATH is GitHub's whole public schema: https://docs.github.com/public/fpt/schema.docs.graphql. A name written into
schema.graphql by hand stays where GitHub has it, with GitHub's types; what a document uses is added by itself.
"""

import argparse
import hashlib
from collections.abc import Mapping
from pathlib import Path

from graphql import (
    DocumentNode,
    GraphQLSchema,
    build_ast_schema,
    parse,
    print_ast,
    validate,
)

from monitor.demo.server.graphql.schema import SDL
from tests.github.coordinates import known_to, named_in, needed_with, used_by
from tests.github.every_document import EVERY
from tests.github.pruning import pruned

ADVICE = "run: python -m tests.github.extract PATH-OF-GITHUBS-WHOLE-SCHEMA"
_HEAD = """\
# The part of GitHub's GraphQL schema that the demo GitHub serves and the client's documents use.
# Made from GitHub's public schema, which GitHub publishes under the MIT licence in @octokit/graphql-schema.
# To change it, change a document or add a name here, then {advice}
# The SHA-256 of what follows: {digest}
"""


class NotGitHubs(Exception):
    """GitHub's schema has no such names, or does not understand a document."""


def sealed(body: str) -> str:
    """`body` with its head; the digest in it shows whether somebody changed the rest by hand."""
    return f"{_HEAD.format(advice=ADVICE, digest=hashlib.sha256(body.encode()).hexdigest())}\n{body}"


def is_sealed(text: str) -> bool:
    """Whether `text` is as the script wrote it."""
    return text == sealed(text.partition("\n\n")[2])


def extract(whole: DocumentNode, before: str, documents: Mapping[str, str]) -> str:
    """The part of the schema `whole` that `before` names or one of `documents` uses; raises NotGitHubs."""
    schema = build_ast_schema(whole, assume_valid=True, assume_valid_sdl=True)
    wanted = named_in(parse(before)) | _used(documents, schema)
    if unknown := sorted(wanted - known_to(schema)):
        raise NotGitHubs(f"GitHub's schema has no {', '.join(unknown)}")
    return sealed(print_ast(pruned(whole, needed_with(wanted, schema))) + "\n")


def _used(documents: Mapping[str, str], schema: GraphQLSchema) -> set[str]:
    used: set[str] = set()
    for name, text in documents.items():
        document = parse(text)
        if errors := validate(schema, document):
            raise NotGitHubs(f"GitHub does not understand the document {name!r}: {errors[0].message}")
        used |= used_by(document, schema)
    return used


def main() -> None:
    """Reads the command line; exits with a sentence when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="GitHub's whole schema")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something would be written")
    options = parser.parse_args()
    try:
        text = extract(parse(options.path.read_text(), no_location=True), SDL.read_text(), EVERY)
    except NotGitHubs as error:
        raise SystemExit(str(error)) from None
    if not options.check:
        SDL.write_text(text)
    elif text != SDL.read_text():
        raise SystemExit(f"{SDL} is not what GitHub's schema and the documents give; {ADVICE}")


if __name__ == "__main__":
    main()
