"""Finds approvals that were dismissed: by commits that the author pushed, or by a person.

Called by `author_turns`, `reviewer_turns` and `merge_readiness`. Depends on no setting.
"""

from collections.abc import Iterator

from monitor.rules.enough_approvals import has_enough_approvals
from monitor.rules.logins import same_login
from monitor.rules.snapshot import Snapshot, TimelineItem


def stale_approvals(snapshot: Snapshot) -> list[TimelineItem]:
    """The dismissals of approvals by a push that wait for a new review, the oldest first; bots give none.

    They wait until the reviewer reviews again, or until the approvals of others are enough.
    """
    if has_enough_approvals(snapshot):
        return []
    return [item for item in _unanswered_dismissals(snapshot) if item.by_push]


def dismissed_approvals(snapshot: Snapshot) -> list[TimelineItem]:
    """The dismissals of approvals after which the reviewer has not reviewed again, the oldest first; not of bots."""
    return [item for item in _unanswered_dismissals(snapshot) if item.by_push or _was_approval(item, snapshot)]


def _unanswered_dismissals(snapshot: Snapshot) -> Iterator[TimelineItem]:
    for review in snapshot.reviews:
        if review.state != "dismissed" or review.is_bot or review.reviewer is None:
            continue
        about = [
            item
            for item in snapshot.timeline
            if item.kind == "review_dismissed" and same_login(item.subject, review.reviewer)
        ]
        last = max(about, key=lambda item: item.at, default=None)
        if last is not None and not _reviewed_after(last, snapshot):
            yield last


def _reviewed_after(dismissal: TimelineItem, snapshot: Snapshot) -> bool:
    return any(
        item.kind == "reviewed" and item.at > dismissal.at and same_login(item.actor, dismissal.subject)
        for item in snapshot.timeline
    )


def _was_approval(dismissal: TimelineItem, snapshot: Snapshot) -> bool:
    """Whether the reviewer's last opinion before the dismissal was an approval; the timeline keeps what it was."""
    opinions = [
        item
        for item in snapshot.timeline
        if item.kind == "reviewed"
        and item.subject != "commented"
        and item.at <= dismissal.at
        and same_login(item.actor, dismissal.subject)
    ]
    last = max(opinions, key=lambda item: item.at, default=None)
    return last is not None and last.subject == "approved"
