"""The timeline of a pull request: GitHub's items in the words of `monitor.events`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from monitor.github.parse.fields import Node, moment, nodes, part, text
from monitor.github.parse.people import Subject, person, whom
from monitor.snapshot import ReviewState, TimelineItem

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
    "IssueComment": "commented",
}
# Without knowing whom, these say nothing that could be remembered.
_NEED_SUBJECT = {"review_requested", "review_request_removed", "assigned", "unassigned", "labeled", "unlabeled"}


def read_timeline(connection: Node, author: str | None) -> tuple[tuple[TimelineItem, ...], bool]:
    """The items in their order, and whether there are older ones; `author` is the pull request's."""
    found = nodes(connection)
    before = {
        text(part(node, "review").get("id")): text(node.get("previousReviewState"))
        for node in found
        if node.get("__typename") == "ReviewDismissedEvent"
    }
    items = (_item(node, author, before) for node in found)
    more = bool(part(connection, "pageInfo").get("hasPreviousPage"))
    return tuple(item for item in items if item is not None), more


def _item(node: Node, author: str | None, before: Mapping[str, str]) -> TimelineItem | None:
    if node.get("__typename") == "PullRequestReview":
        return _review(node, author, before)
    typename = text(node.get("__typename"))
    kind, at = _KINDS.get(typename), moment(node.get("createdAt"))
    if kind is None or at is None:
        return None
    subject_kind, subject = _SUBJECTS.get(typename, _nobody)(node)
    if kind in _NEED_SUBJECT and not subject:
        return None
    actor, bot = person(node.get("actor") or node.get("author"))
    return TimelineItem(kind, at, actor, subject, subject_kind, bot)


def _review(node: Node, author: str | None, before: Mapping[str, str]) -> TimelineItem | None:
    """A submitted review. A dismissal rewrites the review itself, but what its author did then stays what it was."""
    given = text(node.get("state"))
    state, at = (
        REVIEWS.get(before.get(text(node.get("id")), given)) or REVIEWS.get(given),
        moment(node.get("submittedAt")),
    )
    if state is None or at is None:
        return None
    actor, bot = person(node.get("author"))
    if actor is not None and actor == author:
        # GitHub files an author's answers in a review thread as a review of their own.
        return TimelineItem("commented", at, actor, None, None, bot)
    return TimelineItem("reviewed", at, actor, state, None, bot)


def _nobody(node: Node) -> Subject:
    return None, None


def _label(node: Node) -> Subject:
    return None, text(part(node, "label").get("name")) or None


_SUBJECTS: dict[str, Callable[[Node], Subject]] = {
    "ReviewRequestedEvent": lambda node: whom(node.get("requestedReviewer")),
    "ReviewRequestRemovedEvent": lambda node: whom(node.get("requestedReviewer")),
    "AssignedEvent": lambda node: whom(node.get("assignee")),
    "UnassignedEvent": lambda node: whom(node.get("assignee")),
    "ReviewDismissedEvent": lambda node: whom(part(node, "review").get("author")),
    "LabeledEvent": _label,
    "UnlabeledEvent": _label,
    "RenamedTitleEvent": lambda node: (None, text(node.get("currentTitle")) or None),
    "BaseRefChangedEvent": lambda node: (None, text(node.get("currentRefName")) or None),
}
