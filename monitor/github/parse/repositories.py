"""Reads repositories and their CODEOWNERS files."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import NoReturn

from monitor.github.answers import CodeownersBlob, ListedPullRequest, ProbedRepository, RepositoryMetadata
from monitor.github.parse.fields import (
    LONGEST_SLUG,
    Node,
    UnreadableAnswer,
    name_or_empty,
    nodes,
    number,
    object_in,
    required_connection,
    required_text,
    required_time,
    text,
    url_or_empty,
)
from monitor.github.parse.pull_requests import state

CODEOWNERS_LIMIT = 3_000_000
LONGEST_BRANCH = 255
CODEOWNERS_PLACES = {"gh": ".github/CODEOWNERS", "root": "CODEOWNERS", "docs": "docs/CODEOWNERS"}


def repository_metadata(node: Node) -> RepositoryMetadata:
    """What GitHub says about a repository itself."""
    return RepositoryMetadata(
        node_id=required_text(node, "id"),
        full_name=required_text(node, "nameWithOwner", LONGEST_SLUG),
        url=url_or_empty(node.get("url")),
        private=bool(node.get("isPrivate")),
        archived=bool(node.get("isArchived")),
        default_branch=name_or_empty(object_in(node, "defaultBranchRef").get("name"), LONGEST_BRANCH),
    )


def probed_repository(node: Node) -> ProbedRepository:
    """A repository with a page of its pull requests."""
    connection = required_connection(node, "pullRequests")
    page = object_in(connection, "pageInfo")
    rows = tuple(_row(row) for row in nodes(connection))
    total = number(connection["totalCount"]) if "totalCount" in connection else None
    return ProbedRepository(
        repository_metadata(node), rows, bool(page.get("hasNextPage")), text(page.get("endCursor")) or None, total
    )


def codeowners(node: Node) -> CodeownersBlob:
    """The first CODEOWNERS file in GitHub's order of places."""
    for alias, path in CODEOWNERS_PLACES.items():
        blob = object_in(node, alias)
        if blob.get("oid"):
            truncated = number(blob.get("byteSize")) > CODEOWNERS_LIMIT
            cut = bool(blob.get("isTruncated")) and not truncated
            return CodeownersBlob(path, required_text(blob, "oid"), text(blob.get("text")), truncated, cut)
    return CodeownersBlob()


def _row(node: Node) -> ListedPullRequest:
    return ListedPullRequest(
        required_text(node, "id"), number(node.get("number")), state(node), required_time(node, "updatedAt")
    )


def blob_text(answer: object) -> str:
    """The text of a Git blob that REST hands out in base64. Raises `UnreadableAnswer`.

    https://docs.github.com/en/rest/git/blobs#get-a-blob
    """
    content = answer.get("content") if isinstance(answer, Mapping) else None
    try:
        return text(base64.b64decode(content).decode(errors="replace")) if isinstance(content, str) else _unreadable()
    except ValueError:
        return _unreadable()


def _unreadable() -> NoReturn:
    raise UnreadableAnswer("the blob has no content in base64")
