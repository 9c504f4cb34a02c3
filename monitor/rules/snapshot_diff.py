"""Finds what changed between two snapshots of one pull request, with one small function for each kind of change.

Called by `recording/recorder`, which writes the changes into an event. Depends on no setting.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.rules.change_kinds import ChangeKind, UpdateType
from monitor.rules.merge_facts import OptionalFact
from monitor.rules.snapshot import RequestedReviewer, Review, Snapshot, TimelineItem


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `actor` is None if GitHub does not say who made it, `at` if GitHub does not say when."""

    kind: ChangeKind
    actor: str | None = None
    at: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The change as events show it."""
        return {"kind": str(self.kind), "actor": self.actor, **self.detail}


def changes(before: Snapshot | None, after: Snapshot) -> list[Change]:
    """Everything that changed since `before`; if that is None, what is worth knowing of a new pull request."""
    if before is None:
        return _first_seen(after)
    return [change for kind in _COMPARISONS for change in kind(before, after)]


def update_type(before: Snapshot | None, after: Snapshot) -> UpdateType:
    """What an event with these changes means for a list of pull requests."""
    if before is None:
        return UpdateType.NEW_PR
    closing = before.state == "open" and after.state != "open"
    return UpdateType.CLOSED if closing else UpdateType.UPDATED


def occurred_at(found: Iterable[Change], after: Snapshot, now: datetime) -> datetime:
    """When the latest of the changes happened, as far as GitHub says; never later than `now`."""
    known = [change.at for change in found if change.at]
    return min(max(known, default=after.updated_at), now)


def _first_seen(after: Snapshot) -> list[Change]:
    found = [Change(ChangeKind.OPENED, after.author, after.created_at)]
    found += [_requested(after, asked) for asked in after.review_requests]
    found += [_assigned(after, login) for login in after.assignees]
    if after.state != "open":
        found.append(_closing(after))
    return found


def _new_items(before: Snapshot, after: Snapshot, kind: str) -> Iterator[TimelineItem]:
    """The timeline items of one kind that are new. Items are compared by time, so that a renamed login is not new.

    If the timeline of `before` was not read to its beginning, items that are older than all of it are not new either.
    """
    known = Counter(item.at for item in before.timeline if item.kind == kind)
    oldest = min((item.at for item in before.timeline), default=None) if before.timeline_truncated else None
    for item in after.timeline:
        if item.kind != kind or (oldest is not None and item.at < oldest):
            continue
        if known[item.at]:
            known[item.at] -= 1
        else:
            yield item


def _last(after: Snapshot, kind: str, subject: str | None = None) -> TimelineItem | None:
    """The newest timeline item of a kind, about `subject` where one is given."""
    for item in reversed(after.timeline):
        if item.kind == kind and (subject is None or (item.subject or "").lower() == subject.lower()):
            return item
    return None


def _change(kind: ChangeKind, item: TimelineItem | None, **detail: Any) -> Change:
    return Change(kind, item.actor if item else None, item.at if item else None, detail)


def _lifecycle(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.state != after.state:
        if after.state == "open":
            yield _change(ChangeKind.REOPENED, _last(after, "reopened"))
        else:
            yield _closing(after)
    if before.draft != after.draft and after.state == "open":
        kind = ChangeKind.DRAFTED if after.draft else ChangeKind.READY_FOR_REVIEW
        yield _change(kind, _last(after, kind))


def _closing(after: Snapshot) -> Change:
    kind = ChangeKind.MERGED if after.state == "merged" else ChangeKind.CLOSED
    item = _last(after, kind)
    return Change(kind, item.actor if item else None, item.at if item else after.merged_at or after.closed_at)


def _retitled(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.title != after.title:
        item = _last(after, "retitled")
        yield _change(ChangeKind.RETITLED, item, **{"from": before.title, "to": after.title})


def _pushed(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.head_sha == after.head_sha:
        return
    forced = next(_new_items(before, after, "force_pushed"), None)
    actor = forced.actor if forced else after.head_author
    at = forced.at if forced else None
    yield Change(ChangeKind.PUSHED, actor, at, {"from": before.head_sha, "to": after.head_sha})


def _base_changed(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.base != after.base:
        yield _change(ChangeKind.BASE_CHANGED, _last(after, "base_changed"), **{"from": before.base, "to": after.base})


def _labels(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    had, has = ([label.name for label in side.labels] for side in (before, after))
    for name in has:
        if name not in had:
            yield _change(ChangeKind.LABELED, _last(after, "labeled", name), label=name)
    for name in had:
        if name not in has:
            yield _change(ChangeKind.UNLABELED, _last(after, "unlabeled", name), label=name)


def _assigned(after: Snapshot, login: str) -> Change:
    return _change(ChangeKind.ASSIGNED, _last(after, "assigned", login), login=login)


def _assignees(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    for login in after.assignees:
        if login not in before.assignees:
            yield _assigned(after, login)
    for login in before.assignees:
        if login not in after.assignees:
            yield _change(ChangeKind.UNASSIGNED, _last(after, "unassigned", login), login=login)


def _login_or_team(asked: RequestedReviewer) -> dict[str, str]:
    return {"team" if asked.kind == "team" else "login": asked.name}


def _requested(after: Snapshot, asked: RequestedReviewer) -> Change:
    return _change(ChangeKind.REVIEW_REQUESTED, _last(after, "review_requested", asked.name), **_login_or_team(asked))


def _requests(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    had = {asked.key: asked for asked in before.review_requests}
    has = {asked.key: asked for asked in after.review_requests}
    for key, asked in has.items():
        if key not in had or _requested_again(before, after, asked):
            yield _requested(after, asked)
    for key, asked in had.items():
        removal = next((one for one in _new_items(before, after, "review_request_removed") if _about(one, asked)), None)
        # A request that a review settled was not removed by anybody; the review is a change of its own.
        if key not in has and (removal is not None or not _answered(before, after, asked)):
            yield _change(ChangeKind.REVIEW_REQUEST_REMOVED, removal, **_login_or_team(asked))


def _about(item: TimelineItem, asked: RequestedReviewer) -> bool:
    return (item.subject or "").lower() == asked.key[1]


def _answered(before: Snapshot, after: Snapshot, asked: RequestedReviewer) -> bool:
    """Whether a new review may have settled the request: the person's (or their comment); for a team anybody's."""
    answers = [
        *_new_items(before, after, "reviewed"),
        *(_new_items(before, after, "commented") if asked.kind == "user" else ()),
    ]
    others = (item for item in answers if item.actor and item.actor != after.author)
    return any(asked.kind == "team" or (item.actor or "").lower() == asked.key[1] for item in others)


def _requested_again(before: Snapshot, after: Snapshot, asked: RequestedReviewer) -> bool:
    """Whether the person reviewed and was asked again since `before`: still pending, but it is a new request."""
    again = [
        item for item in _new_items(before, after, "review_requested") if (item.subject or "").lower() == asked.key[1]
    ]
    reviewed = [item for item in _new_items(before, after, "reviewed") if (item.actor or "").lower() == asked.key[1]]
    return bool(again and reviewed and reviewed[0].at <= again[-1].at)


def _reviews(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    reported: set[tuple[str | None, str | None]] = set()
    for item in _new_items(before, after, "reviewed"):
        reported.add((item.actor, item.subject))
        yield _change(ChangeKind.REVIEWED, item, reviewer=item.actor, state=item.subject)
    had = {(review.reviewer, review.state, review.submitted_at) for review in before.reviews}
    for review in after.reviews:
        if (review.reviewer, review.state, review.submitted_at) in had or (review.reviewer, review.state) in reported:
            continue
        if review.state == "dismissed":
            yield _dismissed(after, review)
        else:
            detail = {"reviewer": review.reviewer, "state": review.state}
            yield Change(ChangeKind.REVIEWED, review.reviewer, review.submitted_at, detail)


def _dismissed(after: Snapshot, review: Review) -> Change:
    dismissal = _last(after, "review_dismissed", review.reviewer)
    by_push = dismissal is not None and dismissal.by_push
    detail = {"reviewer": review.reviewer, "state": review.state, "by_push": by_push}
    at = dismissal.at if dismissal else review.submitted_at
    return Change(ChangeKind.REVIEWED, dismissal.actor if dismissal else review.reviewer, at, detail)


def _checks(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.ci != after.ci and "unknown" not in (before.ci, after.ci):
        yield Change(ChangeKind.CHECKS_CHANGED, detail={"from": before.ci, "to": after.ci})


def _mergeability(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.mergeable != after.mergeable and "unknown" not in (before.mergeable, after.mergeable):
        yield Change(ChangeKind.MERGEABILITY_CHANGED, detail={"from": before.mergeable, "to": after.mergeable})


def _comments(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    for item in _new_items(before, after, "commented"):
        yield _change(ChangeKind.COMMENTED, item)


def _merge_queue(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    had, has = before.merging.merge_queue, after.merging.merge_queue
    if not _both_know(before, after, "merge_queue") or after.state != "open" or bool(had) == bool(has):
        return
    if has:
        item = _last(after, "queued")
        known = item is not None and item.at >= has.since
        yield _change(ChangeKind.QUEUED, item) if known else Change(ChangeKind.QUEUED, has.by, has.since)
    else:
        item = next(_new_items(before, after, "unqueued"), None)
        yield _change(ChangeKind.UNQUEUED, item, reason=item.subject if item else None)


def _auto_merge(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    had, has = before.merging.auto_merge, after.merging.auto_merge
    if not _both_know(before, after, "auto_merge") or after.state != "open" or bool(had) == bool(has):
        return
    if has:
        yield Change(ChangeKind.AUTO_MERGE_ENABLED, has.by, has.since)
    else:
        yield _change(ChangeKind.AUTO_MERGE_DISABLED, next(_new_items(before, after, "auto_merge_disabled"), None))


def _decision(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    had, has = before.merging.decision, after.merging.decision
    if had != has and _both_know(before, after, "decision"):
        yield Change(ChangeKind.DECISION_CHANGED, detail={"from": had, "to": has})


def _both_know(before: Snapshot, after: Snapshot, fact: OptionalFact) -> bool:
    """Whether GitHub said it both times: what is read for the first time has not changed."""
    return before.merging.knows(fact) and after.merging.knows(fact)


_COMPARISONS: tuple[Callable[[Snapshot, Snapshot], Iterator[Change]], ...] = (
    _lifecycle,
    _retitled,
    _pushed,
    _base_changed,
    _labels,
    _assignees,
    _requests,
    _reviews,
    _checks,
    _mergeability,
    _merge_queue,
    _auto_merge,
    _decision,
    _comments,
)
