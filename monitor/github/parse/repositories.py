"""Repositories, and the CODEOWNERS files in them."""

from __future__ import annotations

from monitor.github.answers import CodeownersBlob, Facts, Probed, Row
from monitor.github.parse.fields import LONGEST_SLUG, Node, address, name, need, nodes, number, part, text, when, whole
from monitor.github.parse.pull_requests import state

CODEOWNERS_LIMIT = 3_000_000
LONGEST_BRANCH = 255
CODEOWNERS_PLACES = {"gh": ".github/CODEOWNERS", "root": "CODEOWNERS", "docs": "docs/CODEOWNERS"}


def facts(node: Node) -> Facts:
    """What a repository is."""
    return Facts(
        node_id=need(node, "id"),
        full_name=need(node, "nameWithOwner", LONGEST_SLUG),
        url=address(node.get("url")),
        private=bool(node.get("isPrivate")),
        archived=bool(node.get("isArchived")),
        default_branch=name(part(node, "defaultBranchRef").get("name"), LONGEST_BRANCH),
    )


def probed(node: Node) -> Probed:
    """A repository with a page of its pull requests."""
    connection = whole(node, "pullRequests")
    page = part(connection, "pageInfo")
    rows = tuple(_row(row) for row in nodes(connection))
    total = number(connection["totalCount"]) if "totalCount" in connection else None
    return Probed(facts(node), rows, bool(page.get("hasNextPage")), text(page.get("endCursor")) or None, total)


def codeowners(node: Node) -> CodeownersBlob:
    """The first CODEOWNERS file in GitHub's order of places."""
    for alias, path in CODEOWNERS_PLACES.items():
        blob = part(node, alias)
        if blob.get("oid"):
            truncated = bool(blob.get("isTruncated")) or number(blob.get("byteSize")) > CODEOWNERS_LIMIT
            return CodeownersBlob(path, need(blob, "oid"), text(blob.get("text")), truncated)
    return CodeownersBlob()


def _row(node: Node) -> Row:
    return Row(need(node, "id"), number(node.get("number")), state(node), when(node, "updatedAt"))
