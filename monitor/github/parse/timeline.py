"""Reads the timeline of a pull request, and translates GitHub's items into the kinds of `monitor.rules.change_kinds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor.github.parse.fields import Node, nodes, object_in, text, timestamp
from monitor.github.parse.people import UserOrTeam, login_and_bot, user_or_team
from monitor.rules.snapshot import ReviewState, TimelineItem

REVIEWS: dict[str, ReviewState] = {
    "APPROVED": "approved",
    "CHANGES_REQUESTED": "changes_requested",
    "COMMENTED": "commented",
    "DISMISSED": "dismissed",
}
_KINDS = {
    "ReviewRequestedEvent": "review_requested",
    "ReviewRequestRemovedEvent": "review_request_removed",
    "ReadyForReviewEvent": "ready_for_review",
    "ConvertToDraftEvent": "drafted",
    "ReviewDismissedEvent": "review_dismissed",
    "HeadRefForcePushedEvent": "force_pushed",
    "BaseRefChangedEvent": "base_changed",
    "LabeledEvent": "labeled",
    "UnlabeledEvent": "unlabeled",
    "AssignedEvent": "assigned",
    "UnassignedEvent": "unassigned",
    "RenamedTitleEvent": "retitled",
    "ClosedEvent": "closed",
    "ReopenedEvent": "reopened",
    "MergedEvent": "merged",
    "AddedToMergeQueueEvent": "queued",
    "RemovedFromMergeQueueEvent": "unqueued",
    "AutoMergeEnabledEvent": "auto_merge_enabled",
    "AutoMergeDisabledEvent": "auto_merge_disabled",
    "IssueComment": "commented",
}
# Items of these kinds are useless without their subject (the person, team or label).
_NEED_SUBJECT = {"review_requested", "review_request_removed", "assigned", "unassigned", "labeled", "unlabeled"}


def read_timeline(connection: Node, author: str | None) -> tuple[tuple[TimelineItem, ...], bool]:
    """The items in order, and whether older items exist. `author` is the author of the pull request."""
    found = nodes(connection)
    before = {
        text(object_in(node, "review").get("id")): text(node.get("previousReviewState"))
        for node in found
        if node.get("__typename") == "ReviewDismissedEvent"
    }
    items = (_item(node, author, before) for node in found)
    more = bool(object_in(connection, "pageInfo").get("hasPreviousPage"))
    return tuple(item for item in items if item is not None), more


def _item(node: Node, author: str | None, before: Mapping[str, str]) -> TimelineItem | None:
    if node.get("__typename") == "PullRequestReview":
        return _review(node, author, before)
    typename = text(node.get("__typename"))
    kind, at = _KINDS.get(typename), timestamp(node.get("createdAt"))
    if kind is None or at is None:
        return None
    subject_kind, subject = _SUBJECTS.get(typename, _nobody)(node)
    if kind in _NEED_SUBJECT and not subject:
        return None
    actor, bot = login_and_bot(node.get("actor") or node.get("author"))
    # https://docs.github.com/en/graphql/reference/objects#reviewdismissedevent: "if dismissed via a commit".
    by_push = kind == "review_dismissed" and bool(object_in(node, "pullRequestCommit"))
    return TimelineItem(kind, at, actor, subject, subject_kind, bot, by_push)


def _review(node: Node, author: str | None, before: Mapping[str, str]) -> TimelineItem | None:
    """A submitted review. GitHub changes the state of a dismissed review; the item keeps the original state."""
    given = text(node.get("state"))
    state, at = (
        REVIEWS.get(before.get(text(node.get("id")), given)) or REVIEWS.get(given),
        timestamp(node.get("submittedAt")),
    )
    if state is None or at is None:
        return None
    actor, bot = login_and_bot(node.get("author"))
    if actor is not None and actor == author:
        # GitHub stores an author's replies in a review thread as a review by the author.
        return TimelineItem("commented", at, actor, None, None, bot)
    return TimelineItem("reviewed", at, actor, state, None, bot)


def _nobody(node: Node) -> UserOrTeam:
    return None, None


def _label(node: Node) -> UserOrTeam:
    return None, text(object_in(node, "label").get("name")) or None


_SUBJECTS: dict[str, Callable[[Node], UserOrTeam]] = {
    "ReviewRequestedEvent": lambda node: user_or_team(node.get("requestedReviewer")),
    "ReviewRequestRemovedEvent": lambda node: user_or_team(node.get("requestedReviewer")),
    "AssignedEvent": lambda node: user_or_team(node.get("assignee")),
    "UnassignedEvent": lambda node: user_or_team(node.get("assignee")),
    "ReviewDismissedEvent": lambda node: user_or_team(object_in(node, "review").get("author")),
    "LabeledEvent": _label,
    "UnlabeledEvent": _label,
    "RenamedTitleEvent": lambda node: (None, text(node.get("currentTitle")) or None),
    "BaseRefChangedEvent": lambda node: (None, text(node.get("currentRefName")) or None),
    "RemovedFromMergeQueueEvent": lambda node: (None, text(node.get("reason")) or None),
    "AutoMergeDisabledEvent": lambda node: (None, text(node.get("reason")) or None),
}
