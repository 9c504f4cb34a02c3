"""GitHub's JSON to our own values: nobody else knows GitHub's field names. Pure.

Whoever cannot be named (deleted accounts, unreadable teams) is None or left out; values unknown to us become the
weakest thing that is still true; what cannot be understood at all raises `Puzzling`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.github.answers import Checks, CodeownersBlob, Facts, Probed, Row
from monitor.github.fields import Node, moment, need, nodes, number, part, text, when, whole
from monitor.github.people import is_bot, person, whom
from monitor.github.timeline import REVIEWS, read_timeline
from monitor.snapshot import (
    Ci,
    Label,
    Mergeable,
    PullRequestState,
    RequestedReviewer,
    Review,
    Snapshot,
    TimelineItem,
)

_CI: dict[str, Ci] = {
    "SUCCESS": "success",
    "FAILURE": "failure",
    "ERROR": "failure",
    "PENDING": "pending",
    "EXPECTED": "pending",
}
_MERGEABLE: dict[str, Mergeable] = {"MERGEABLE": "mergeable", "CONFLICTING": "conflicting"}


@dataclass(frozen=True, slots=True)
class FilesPage:
    """A page of the changed paths at `head_sha`, how many there are in all, and where the next page begins."""

    head_sha: str
    paths: tuple[str, ...]
    total: int
    cursor: str | None


CODEOWNERS_LIMIT = 3_000_000
CODEOWNERS_PLACES = {"gh": ".github/CODEOWNERS", "root": "CODEOWNERS", "docs": "docs/CODEOWNERS"}


def facts(node: Node) -> Facts:
    """What a repository is."""
    return Facts(
        node_id=need(node, "id"),
        full_name=need(node, "nameWithOwner"),
        url=text(node.get("url")),
        private=bool(node.get("isPrivate")),
        archived=bool(node.get("isArchived")),
        default_branch=text(part(node, "defaultBranchRef").get("name")),
    )


def probed(node: Node) -> Probed:
    """A repository with a page of its pull requests."""
    connection = whole(node, "pullRequests")
    page = part(connection, "pageInfo")
    rows = tuple(_row(row) for row in nodes(connection))
    return Probed(facts(node), rows, bool(page.get("hasNextPage")), text(page.get("endCursor")) or None)


def checks(node: Node, refused: Collection[str] = ()) -> Checks:
    """What a CI sweep reads; `refused` are the fields GitHub would not let us read."""
    return Checks(
        node_id=need(node, "id"),
        state=state(node),
        head_sha=need(node, "headRefOid"),
        updated_at=when(node, "updatedAt"),
        ci=ci(node, refused),
        mergeable=_MERGEABLE.get(text(node.get("mergeable")), "unknown"),
    )


def snapshot(node: Node, refused: Collection[str] = ()) -> Snapshot:
    """A pull request in full; `refused` are the fields GitHub would not let us read."""
    author, author_is_bot = person(node.get("author"))
    timeline, truncated = read_timeline(whole(node, "timelineItems"), author)
    committed_at, head_author = _head_commit(node)
    return Snapshot(
        node_id=need(node, "id"),
        number=number(node.get("number")),
        url=text(node.get("url")),
        title=text(node.get("title")),
        author=author,
        author_is_bot=author_is_bot,
        state=state(node),
        draft=bool(node.get("isDraft")),
        base=text(node.get("baseRefName")),
        base_sha=text(node.get("baseRefOid")),
        head=text(node.get("headRefName")),
        head_sha=need(node, "headRefOid"),
        head_author=head_author,
        created_at=when(node, "createdAt"),
        updated_at=when(node, "updatedAt"),
        merged_at=moment(node.get("mergedAt")),
        closed_at=moment(node.get("closedAt")),
        head_committed_at=committed_at,
        additions=number(node.get("additions")),
        deletions=number(node.get("deletions")),
        changed_files=number(node.get("changedFiles")),
        comments=number(node.get("totalCommentsCount")),
        ci=ci(node, refused),
        mergeable=_MERGEABLE.get(text(node.get("mergeable")), "unknown"),
        labels=tuple(_labels(whole(node, "labels"))),
        assignees=tuple(_logins(whole(node, "assignees"))),
        review_requests=tuple(_requests(whole(node, "reviewRequests"))),
        reviews=_reviews(whole(node, "latestOpinionatedReviews"), timeline),
        timeline=timeline,
        timeline_truncated=truncated,
    )


def repository_of(node: Node) -> str:
    """The node id of the repository a pull request is in."""
    return need(part(node, "repository"), "id")


def state(node: Node) -> PullRequestState:
    """Merged before closed before open, whatever order GitHub's own fields change in."""
    if node.get("merged") or node.get("mergedAt") or node.get("state") == "MERGED":
        return "merged"
    return "closed" if node.get("state") == "CLOSED" or node.get("closedAt") else "open"


def ci(node: Node, refused: Collection[str] = ()) -> Ci:
    """The state of the head commit's checks: `none` without any, `unknown` where it may not be read."""
    if "statusCheckRollup" in refused or "commits" in refused:
        return "unknown"
    holder = node
    if "statusCheckRollup" not in node:
        last = nodes(part(node, "commits"))
        holder = part(last[-1], "commit") if last else {}
        if holder.get("oid") not in (None, node.get("headRefOid")):
            return "unknown"
    if "statusCheckRollup" not in holder:
        return "unknown"
    rollup = holder["statusCheckRollup"]
    return "none" if rollup is None else _CI.get(str(part(holder, "statusCheckRollup").get("state")), "unknown")


def members(node: Node) -> tuple[tuple[str, ...], str | None]:
    """The logins of a page of a team's members, in lower case, and the cursor of the next page."""
    connection = whole(node, "members")
    return tuple(login.lower() for login in _logins(connection)), next_page(connection)


def codeowners(node: Node) -> CodeownersBlob:
    """The first CODEOWNERS file in GitHub's order of places."""
    for alias, path in CODEOWNERS_PLACES.items():
        blob = part(node, alias)
        if blob.get("oid"):
            truncated = bool(blob.get("isTruncated")) or number(blob.get("byteSize")) > CODEOWNERS_LIMIT
            return CodeownersBlob(path, need(blob, "oid"), text(blob.get("text")), truncated)
    return CodeownersBlob()


def changed_files(node: Node) -> FilesPage:
    """A page of changed paths."""
    connection = whole(node, "files")
    paths = tuple(text(file.get("path")) for file in nodes(connection) if file.get("path"))
    return FilesPage(need(node, "headRefOid"), paths, number(node.get("changedFiles")), next_page(connection))


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


def _row(node: Node) -> Row:
    return Row(need(node, "id"), number(node.get("number")), state(node), when(node, "updatedAt"))


def _head_commit(node: Node) -> tuple[datetime | None, str | None]:
    """When and by whom the head commit was made; the branch may be gone, or have moved on since the closing."""
    commit = part(part(node, "headRef"), "target")
    if not commit or commit.get("oid") != node.get("headRefOid"):
        return None, None
    author = part(part(commit, "author"), "user").get("login")
    return moment(commit.get("committedDate")), text(author) or None


def _labels(connection: Node) -> Iterable[Label]:
    for node in nodes(connection):
        if node.get("name"):
            yield Label(text(node["name"]), text(node.get("color")))


def _logins(connection: Node) -> Iterable[str]:
    return (text(node["login"]) for node in nodes(connection) if node.get("login"))


def _requests(connection: Node) -> Iterable[RequestedReviewer]:
    for node in nodes(connection):
        reviewer = node.get("requestedReviewer")
        kind, name = whom(reviewer)
        if kind and name:
            yield RequestedReviewer(kind, name, bool(node.get("asCodeOwner")), is_bot(reviewer))


def _reviews(connection: Node, timeline: Iterable[TimelineItem]) -> tuple[Review, ...]:
    """The latest of each reviewer that still counts: an opinion, else what they commented."""
    found = [review for node in nodes(connection) if (review := _review(node))]
    opinions = {review.reviewer.lower() for review in found if review.reviewer}
    comments: dict[str, Review] = {}
    for item in timeline:
        commented = item.kind == "reviewed" and item.subject == "commented"
        if commented and item.actor and item.actor.lower() not in opinions:
            comments[item.actor.lower()] = Review(item.actor, "commented", item.at, None, item.actor_is_bot)
    return tuple(sorted([*found, *comments.values()], key=lambda review: review.submitted_at))


def _review(node: Node) -> Review | None:
    standing, at = REVIEWS.get(text(node.get("state"))), moment(node.get("submittedAt"))
    if standing is None or at is None:
        return None
    reviewer, bot = person(node.get("author"))
    return Review(reviewer, standing, at, text(part(node, "commit").get("oid")) or None, bot)
