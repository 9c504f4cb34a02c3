"""Lists that go over pages: where the next page begins, members of teams, changed files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.github.parse.fields import LONGEST_OID, Node, name, need, nodes, number, part, text, whole


@dataclass(frozen=True, slots=True)
class FilesPage:
    """A page of the changed paths at `head_sha`, how many there are in all, and where the next page begins."""

    head_sha: str
    paths: tuple[str, ...]
    total: int
    cursor: str | None


def next_page(connection: Any) -> str | None:
    """The cursor of the page after (for a timeline: before) this one; None at the end."""
    page = part(connection, "pageInfo") if isinstance(connection, Mapping) else {}
    if page.get("hasPreviousPage"):
        return text(page.get("startCursor")) or None
    return (text(page.get("endCursor")) or None) if page.get("hasNextPage") else None


def joined(name: str, known: Node, page: Node) -> dict[str, Any]:
    """A connection with a further page of it; the timeline grows at its beginning."""
    pages = (page, known) if name == "timelineItems" else (known, page)
    return {"pageInfo": page.get("pageInfo"), "nodes": [node for page in pages for node in nodes(page)]}


def members(node: Node) -> tuple[tuple[str, ...], str | None]:
    """The logins of a page of a team's members, in lower case, and the cursor of the next page."""
    connection = whole(node, "members")
    return tuple(login.lower() for login in logins(connection)), next_page(connection)


def changed_files(node: Node) -> FilesPage:
    """A page of changed paths."""
    connection = whole(node, "files")
    paths = tuple(text(file.get("path")) for file in nodes(connection) if file.get("path"))
    return FilesPage(
        need(node, "headRefOid", LONGEST_OID), paths, number(node.get("changedFiles")), next_page(connection)
    )


def logins(connection: Node) -> Iterable[str]:
    """The logins of a connection of people."""
    return (login for node in nodes(connection) if (login := name(node.get("login"))))
