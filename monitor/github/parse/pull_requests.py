"""Pull requests: in full, and the little a sweep looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from monitor.github.answers import Checks
from monitor.github.parse.fields import LONGEST_OID, Node, address, moment, need, nodes, number, part, text, when, whole
from monitor.github.parse.lists import logins
from monitor.github.parse.people import is_bot, person, whom
from monitor.github.parse.timeline import REVIEWS, read_timeline
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


def checks(node: Node, refused: Collection[str] = ()) -> Checks:
    """What a CI sweep reads; `refused` are the fields GitHub would not let us read."""
    return Checks(
        node_id=need(node, "id"),
        state=state(node),
        head_sha=need(node, "headRefOid", LONGEST_OID),
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
        url=address(node.get("url")),
        title=text(node.get("title")),
        author=author,
        author_is_bot=author_is_bot,
        state=state(node),
        draft=bool(node.get("isDraft")),
        base=text(node.get("baseRefName")),
        base_sha=text(node.get("baseRefOid")),
        head=text(node.get("headRefName")),
        head_sha=need(node, "headRefOid", LONGEST_OID),
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
        assignees=tuple(logins(whole(node, "assignees"))),
        review_requests=tuple(_requests(whole(node, "reviewRequests"))),
        requests_hidden=any(
            whom(one.get("requestedReviewer"))[1] is None for one in nodes(whole(node, "reviewRequests"))
        ),
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
