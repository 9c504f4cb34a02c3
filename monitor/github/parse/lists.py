"""Reads lists with several pages: the cursor of the next page, members of teams, changed files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.github.parse.fields import (
    LONGEST_OID,
    Node,
    name_or_empty,
    nodes,
    number,
    object_in,
    required_connection,
    required_text,
    text,
)


@dataclass(frozen=True, slots=True)
class FilesPage:
    """A page of the changed paths at `head_sha`. `total`: the number on all pages. `cursor`: leads to the next page."""

    head_sha: str
    paths: tuple[str, ...]
    total: int
    cursor: str | None


def next_page(connection: Any) -> str | None:
    """The cursor of the next page (for a timeline: of the page before); None for the last page."""
    page = object_in(connection, "pageInfo") if isinstance(connection, Mapping) else {}
    if page.get("hasPreviousPage"):
        return text(page.get("startCursor")) or None
    return (text(page.get("endCursor")) or None) if page.get("hasNextPage") else None


def join_pages(name: str, known: Node, page: Node) -> dict[str, Any]:
    """A connection together with its further page; a further page of the timeline comes before the known part."""
    pages = (page, known) if name == "timelineItems" else (known, page)
    return {"pageInfo": page.get("pageInfo"), "nodes": [entry for page in pages for entry in page.get("nodes") or ()]}


def members(node: Node) -> tuple[tuple[str, ...], str | None]:
    """A page of a team's members as logins in lower case, and the cursor of the next page."""
    connection = required_connection(node, "members")
    return tuple(login.lower() for login in logins(connection)), next_page(connection)


def changed_files(node: Node) -> FilesPage:
    """A page of changed paths."""
    connection = required_connection(node, "files")
    paths = tuple(text(file.get("path")) for file in nodes(connection) if file.get("path"))
    return FilesPage(
        required_text(node, "headRefOid", LONGEST_OID), paths, number(node.get("changedFiles")), next_page(connection)
    )


def logins(connection: Node) -> Iterable[str]:
    """The logins of a connection of people."""
    return (login for node in nodes(connection) if (login := name_or_empty(node.get("login"))))
