"""Reads complete pull requests, and the few fields that a refresh of checks needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from monitor.github.answers import Checks
from monitor.github.parse.fields import (
    LONGEST_OID,
    Node,
    nodes,
    number,
    object_in,
    required_connection,
    required_text,
    required_time,
    text,
    timestamp,
    url_or_empty,
)
from monitor.github.parse.lists import logins
from monitor.github.parse.merging import merge_facts
from monitor.github.parse.people import is_bot, login_and_bot, user_or_team
from monitor.github.parse.timeline import REVIEWS, read_timeline
from monitor.rules.snapshot import (
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
    """What a refresh of checks reads of a pull request; `refused` are the fields that GitHub does not let the credential read."""
    return Checks(
        node_id=required_text(node, "id"),
        state=state(node),
        head_sha=required_text(node, "headRefOid", LONGEST_OID),
        updated_at=required_time(node, "updatedAt"),
        ci=ci(node, refused),
        mergeable=_MERGEABLE.get(text(node.get("mergeable")), "unknown"),
        merging=merge_facts(node, refused),
    )


def snapshot(node: Node, refused: Collection[str] = ()) -> Snapshot:
    """A complete pull request; `refused` are the fields that GitHub does not let the credential read."""
    author, author_is_bot = login_and_bot(node.get("author"))
    timeline, truncated = read_timeline(required_connection(node, "timelineItems"), author)
    committed_at, head_author = _head_commit(node)
    return Snapshot(
        node_id=required_text(node, "id"),
        number=number(node.get("number")),
        url=url_or_empty(node.get("url")),
        title=text(node.get("title")),
        author=author,
        author_is_bot=author_is_bot,
        state=state(node),
        draft=bool(node.get("isDraft")),
        base=text(node.get("baseRefName")),
        base_sha=text(node.get("baseRefOid")),
        head=text(node.get("headRefName")),
        head_sha=required_text(node, "headRefOid", LONGEST_OID),
        head_author=head_author,
        created_at=required_time(node, "createdAt"),
        updated_at=required_time(node, "updatedAt"),
        merged_at=timestamp(node.get("mergedAt")),
        closed_at=timestamp(node.get("closedAt")),
        head_committed_at=committed_at,
        additions=number(node.get("additions")),
        deletions=number(node.get("deletions")),
        changed_files=number(node.get("changedFiles")),
        comments=number(node.get("totalCommentsCount")),
        ci=ci(node, refused),
        mergeable=_MERGEABLE.get(text(node.get("mergeable")), "unknown"),
        merging=merge_facts(node, refused),
        labels=tuple(_labels(required_connection(node, "labels"))),
        assignees=tuple(logins(required_connection(node, "assignees"))),
        review_requests=tuple(_requests(required_connection(node, "reviewRequests"))),
        requests_hidden=_requests_hidden(required_connection(node, "reviewRequests")),
        reviews=_reviews(required_connection(node, "latestOpinionatedReviews"), timeline),
        timeline=timeline,
        timeline_truncated=truncated,
    )


def repository_of(node: Node) -> str:
    """The node id of a pull request's repository."""
    return required_text(object_in(node, "repository"), "id")


def state(node: Node) -> PullRequestState:
    """The state; `merged` wins over `closed`, and `closed` over `open`, because GitHub's fields change one by one."""
    if node.get("merged") or node.get("mergedAt") or node.get("state") == "MERGED":
        return "merged"
    return "closed" if node.get("state") == "CLOSED" or node.get("closedAt") else "open"


def ci(node: Node, refused: Collection[str] = ()) -> Ci:
    """The state of the head commit's checks: `none` without checks, `unknown` if the credential may not read them."""
    if "statusCheckRollup" in refused or "commits" in refused:
        return "unknown"
    holder = node
    if "statusCheckRollup" not in node:
        last = nodes(object_in(node, "commits"))
        holder = object_in(last[-1], "commit") if last else {}
        if holder.get("oid") not in (None, node.get("headRefOid")):
            return "unknown"
    if "statusCheckRollup" not in holder:
        return "unknown"
    rollup = holder["statusCheckRollup"]
    return "none" if rollup is None else _CI.get(str(object_in(holder, "statusCheckRollup").get("state")), "unknown")


def _head_commit(node: Node) -> tuple[datetime | None, str | None]:
    """Time and author of the head commit; (None, None) if the branch is deleted or has other commits since."""
    commit = object_in(object_in(node, "headRef"), "target")
    if not commit or commit.get("oid") != node.get("headRefOid"):
        return None, None
    author = object_in(object_in(commit, "author"), "user").get("login")
    return timestamp(commit.get("committedDate")), text(author) or None


def _labels(connection: Node) -> Iterable[Label]:
    for node in nodes(connection):
        if node.get("name"):
            yield Label(text(node["name"]), text(node.get("color")))


def _requests(connection: Node) -> Iterable[RequestedReviewer]:
    for node in nodes(connection):
        reviewer = node.get("requestedReviewer")
        kind, name = user_or_team(reviewer)
        if kind and name:
            yield RequestedReviewer(kind, name, bool(node.get("asCodeOwner")), is_bot(reviewer))


def _requests_hidden(connection: Node) -> bool:
    """Whether somebody is asked whom the credential may not see."""
    return any(entry is None for entry in connection["nodes"]) or any(
        user_or_team(one.get("requestedReviewer"))[1] is None for one in nodes(connection)
    )


def _reviews(connection: Node, timeline: Iterable[TimelineItem]) -> tuple[Review, ...]:
    """Each reviewer's latest review that counts: an approval or change request, else the latest comment.

    An approval that was dismissed gives way to a later comment: GitHub goes on showing the dismissed one.
    """
    found = [review for node in nodes(connection) if (review := _review(node))]
    opinions = {review.reviewer.lower(): review for review in found if review.reviewer}
    comments: dict[str, Review] = {}
    for item in timeline:
        if item.kind == "reviewed" and item.subject == "commented" and item.actor:
            opinion = opinions.get(item.actor.lower())
            if opinion is None or (opinion.state == "dismissed" and opinion.submitted_at < item.at):
                comments[item.actor.lower()] = Review(item.actor, "commented", item.at, None, item.actor_is_bot)
    kept = [review for review in found if (review.reviewer or "").lower() not in comments]
    return tuple(sorted([*kept, *comments.values()], key=lambda review: review.submitted_at))


def _review(node: Node) -> Review | None:
    standing, at = REVIEWS.get(text(node.get("state"))), timestamp(node.get("submittedAt"))
    if standing is None or at is None:
        return None
    reviewer, bot = login_and_bot(node.get("author"))
    may_push = node.get("authorCanPushToRepository") is not False
    return Review(reviewer, standing, at, text(object_in(node, "commit").get("oid")) or None, bot, may_push)
