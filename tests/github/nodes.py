"""Builds pull requests and repositories as GitHub's JSON; each test changes the fields that it tests."""

from __future__ import annotations

from typing import Any

SHA = "9c1b3a7d5e2f4a6b8c0d1e2f3a4b5c6d7e8f9a0b"


def connection(*nodes: Any, more: bool = False, cursor: str = "next") -> dict[str, Any]:
    return {"pageInfo": {"hasNextPage": more, "endCursor": cursor}, "nodes": list(nodes)}


def timeline(*nodes: Any, more: bool = False) -> dict[str, Any]:
    return {"pageInfo": {"hasPreviousPage": more, "startCursor": "before"}, "nodes": list(nodes)}


def person(login: str, kind: str = "User") -> dict[str, Any]:
    return {"__typename": kind, "login": login}


def team(name: str) -> dict[str, Any]:
    return {"__typename": "Team", "combinedSlug": name}


def request(reviewer: Any, *, owner: bool = False) -> dict[str, Any]:
    return {"asCodeOwner": owner, "requestedReviewer": reviewer}


def review(author: Any, state: str, at: str = "2026-03-02T10:00:00Z", **more: Any) -> dict[str, Any]:
    return {"state": state, "submittedAt": at, "author": author, "commit": {"oid": SHA}, **more}


def reviewed(author: Any, state: str, at: str = "2026-03-02T10:00:00Z", id: str = "PRR_1") -> dict[str, Any]:
    return {"__typename": "PullRequestReview", "id": id, "state": state, "submittedAt": at, "author": author}


def item(typename: str, actor: Any = None, at: str = "2026-03-02T10:00:00Z", **more: Any) -> dict[str, Any]:
    return {"__typename": typename, "createdAt": at, "actor": actor, **more}


def pull(**changed: Any) -> dict[str, Any]:
    """An open pull request by heron, all of it readable."""
    return {
        "__typename": "PullRequest",
        "id": "PR_1",
        "number": 7,
        "title": "Retry refunds",
        "url": "https://github.example/acme/web/pull/7",
        "state": "OPEN",
        "isDraft": False,
        "merged": False,
        "mergedAt": None,
        "closedAt": None,
        "createdAt": "2026-03-01T09:00:00Z",
        "updatedAt": "2026-03-02T10:00:00Z",
        "baseRefName": "main",
        "baseRefOid": "0" * 40,
        "headRefName": "heron/retry",
        "headRefOid": SHA,
        "additions": 12,
        "deletions": 3,
        "changedFiles": 2,
        "mergeable": "MERGEABLE",
        "totalCommentsCount": 4,
        "author": person("heron"),
        "repository": {"id": "R_1"},
        "headRef": {
            "target": {"oid": SHA, "committedDate": "2026-03-01T08:59:00Z", "author": {"user": {"login": "heron"}}}
        },
        "labels": connection({"name": "bug", "color": "d73a4a"}),
        "assignees": connection({"login": "wren"}),
        "reviewRequests": connection(request(person("finch")), request(team("acme/platform"), owner=True)),
        "latestOpinionatedReviews": connection(review(person("wren"), "APPROVED")),
        "timelineItems": timeline(
            item("ReviewRequestedEvent", person("heron"), requestedReviewer=person("finch")),
            reviewed(person("wren"), "APPROVED"),
        ),
        "statusCheckRollup": {"state": "SUCCESS"},
        **changed,
    }


def repository(**changed: Any) -> dict[str, Any]:
    return {
        "__typename": "Repository",
        "id": "R_1",
        "nameWithOwner": "acme/web",
        "url": "https://github.example/acme/web",
        "isPrivate": False,
        "isArchived": False,
        "defaultBranchRef": {"name": "main"},
        "pullRequests": connection(
            {"id": "PR_1", "number": 7, "state": "OPEN", "updatedAt": "2026-03-02T10:00:00Z"},
            more=True,
        ),
        **changed,
    }
