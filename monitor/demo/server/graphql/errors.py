"""GitHub's GraphQL errors: a message and, beside GraphQL's own keys, a `type`."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError


class Refused(Exception):
    """A field, or with `whole` the query, is refused; becomes one entry of `errors`."""

    def __init__(self, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.kind, self.message, self.more = kind, message, more

    def answer(self) -> dict[str, Any]:
        return {"type": self.kind, **self.more, "message": self.message}


def not_found(node_id: str) -> Refused:
    return Refused("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'")


def no_repository(name: str) -> Refused:
    return Refused("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")


def forbidden(message: str, *, saml: bool = False) -> Refused:
    return Refused("FORBIDDEN", message, extensions={"saml_failure": saml})


def formatted(error: GraphQLError) -> dict[str, Any]:
    """One entry of `errors`, in GitHub's shape."""
    place: dict[str, Any] = {"path": error.path or []}
    place["locations"] = [{"line": at.line, "column": at.column} for at in error.locations or []]
    if isinstance(error.original_error, Refused):
        answer = error.original_error.answer()
        return {"type": answer.pop("type"), **place, **answer}
    return {**place, "message": error.message}
