"""What changed between two snapshots of one pull request: one small function a kind of change."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.events import Kind, UpdateType
from monitor.snapshot import RequestedReviewer, Snapshot, TimelineItem


@dataclass(frozen=True, slots=True)
class Change:
    """One change; `actor` is None where GitHub does not say who, `at` where it does not say when."""

    kind: Kind
    actor: str | None = None
    at: datetime | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The change as events show it."""
        return {"kind": str(self.kind), "actor": self.actor, **self.detail}


def changes(before: Snapshot | None, after: Snapshot) -> list[Change]:
    """Everything that happened since `before`; with None, what a newcomer would be told of a new pull request."""
    if before is None:
        return _first_seen(after)
    return [change for kind in _KINDS for change in kind(before, after)]


def update_type(before: Snapshot | None, after: Snapshot) -> UpdateType:
    """What the changes mean for a list."""
    if before is None:
        return UpdateType.NEW_PR
    closing = before.state == "open" and after.state != "open"
    return UpdateType.CLOSED if closing else UpdateType.UPDATED


def occurred_at(found: Iterable[Change], after: Snapshot, now: datetime) -> datetime:
    """When the latest of the changes happened, as well as GitHub tells; never in the future."""
    known = [change.at for change in found if change.at]
    return min(max(known, default=after.updated_at), now)


def _first_seen(after: Snapshot) -> list[Change]:
    found = [Change(Kind.OPENED, after.author, after.created_at)]
    found += [_asked(after, asked) for asked in after.review_requests]
    found += [_assigned(after, login) for login in after.assignees]
    if after.state != "open":
        found.append(_closing(after))
    return found


def _news(before: Snapshot, after: Snapshot, kind: str) -> Iterator[TimelineItem]:
    """Items of a kind that were not there before, told apart by their times: a renamed login is no news.

    Where the timeline was cut, what is older than all we knew was merely uncovered.
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


def _change(kind: Kind, item: TimelineItem | None, **detail: Any) -> Change:
    return Change(kind, item.actor if item else None, item.at if item else None, detail)


def _lifecycle(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.state != after.state:
        if after.state == "open":
            yield _change(Kind.REOPENED, _last(after, "reopened"))
        else:
            yield _closing(after)
    if before.draft != after.draft and after.state == "open":
        kind = Kind.DRAFTED if after.draft else Kind.READY_FOR_REVIEW
        yield _change(kind, _last(after, kind))


def _closing(after: Snapshot) -> Change:
    kind = Kind.MERGED if after.state == "merged" else Kind.CLOSED
    item = _last(after, kind)
    return Change(kind, item.actor if item else None, item.at if item else after.merged_at or after.closed_at)


def _retitled(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.title != after.title:
        item = _last(after, "retitled")
        yield _change(Kind.RETITLED, item, **{"from": before.title, "to": after.title})


def _pushed(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.head_sha == after.head_sha:
        return
    forced = next(_news(before, after, "force_pushed"), None)
    actor = forced.actor if forced else after.head_author
    at = forced.at if forced else None
    yield Change(Kind.PUSHED, actor, at, {"from": before.head_sha, "to": after.head_sha})


def _base_changed(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.base != after.base:
        yield _change(Kind.BASE_CHANGED, _last(after, "base_changed"), **{"from": before.base, "to": after.base})


def _labels(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    had, has = ([label.name for label in side.labels] for side in (before, after))
    for name in has:
        if name not in had:
            yield _change(Kind.LABELED, _last(after, "labeled", name), label=name)
    for name in had:
        if name not in has:
            yield _change(Kind.UNLABELED, _last(after, "unlabeled", name), label=name)


def _assigned(after: Snapshot, login: str) -> Change:
    return _change(Kind.ASSIGNED, _last(after, "assigned", login), login=login)


def _assignees(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    for login in after.assignees:
        if login not in before.assignees:
            yield _assigned(after, login)
    for login in before.assignees:
        if login not in after.assignees:
            yield _change(Kind.UNASSIGNED, _last(after, "unassigned", login), login=login)


def _whom(asked: RequestedReviewer) -> dict[str, str]:
    return {"team" if asked.kind == "team" else "login": asked.name}


def _asked(after: Snapshot, asked: RequestedReviewer) -> Change:
    return _change(Kind.REVIEW_REQUESTED, _last(after, "review_requested", asked.name), **_whom(asked))


def _requests(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    had = {asked.key: asked for asked in before.review_requests}
    has = {asked.key: asked for asked in after.review_requests}
    for key, asked in has.items():
        if key not in had or _asked_anew(before, after, asked):
            yield _asked(after, asked)
    for key, asked in had.items():
        removal = next((one for one in _news(before, after, "review_request_removed") if _about(one, asked)), None)
        # A request that a review settled was not removed by anybody: the review tells.
        if key not in has and (removal is not None or not _answered(before, after, asked)):
            yield _change(Kind.REVIEW_REQUEST_REMOVED, removal, **_whom(asked))


def _about(item: TimelineItem, asked: RequestedReviewer) -> bool:
    return (item.subject or "").lower() == asked.key[1]


def _answered(before: Snapshot, after: Snapshot, asked: RequestedReviewer) -> bool:
    """Whether a review (of a person, even a comment) may have settled a request; of a team, anybody's."""
    spoke = [*_news(before, after, "reviewed"), *(_news(before, after, "commented") if asked.kind == "user" else ())]
    others = (item for item in spoke if item.actor and item.actor != after.author)
    return any(asked.kind == "team" or (item.actor or "").lower() == asked.key[1] for item in others)


def _asked_anew(before: Snapshot, after: Snapshot, asked: RequestedReviewer) -> bool:
    """Asked, reviewed and asked again between two looks: it was and is pending, but it is a new request."""
    again = [item for item in _news(before, after, "review_requested") if (item.subject or "").lower() == asked.key[1]]
    reviewed = [item for item in _news(before, after, "reviewed") if (item.actor or "").lower() == asked.key[1]]
    return bool(again and reviewed and reviewed[0].at <= again[-1].at)


def _reviews(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    told: set[tuple[str | None, str | None]] = set()
    for item in _news(before, after, "reviewed"):
        told.add((item.actor, item.subject))
        yield _change(Kind.REVIEWED, item, reviewer=item.actor, state=item.subject)
    had = {(review.reviewer, review.state, review.submitted_at) for review in before.reviews}
    for review in after.reviews:
        if (review.reviewer, review.state, review.submitted_at) in had or (review.reviewer, review.state) in told:
            continue
        dismissal = _last(after, "review_dismissed") if review.state == "dismissed" else None
        actor = dismissal.actor if dismissal else review.reviewer
        at = dismissal.at if dismissal else review.submitted_at
        yield Change(Kind.REVIEWED, actor, at, {"reviewer": review.reviewer, "state": review.state})


def _checks(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.ci != after.ci and "unknown" not in (before.ci, after.ci):
        yield Change(Kind.CHECKS_CHANGED, detail={"from": before.ci, "to": after.ci})


def _mergeability(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    if before.mergeable != after.mergeable and "unknown" not in (before.mergeable, after.mergeable):
        yield Change(Kind.MERGEABILITY_CHANGED, detail={"from": before.mergeable, "to": after.mergeable})


def _comments(before: Snapshot, after: Snapshot) -> Iterator[Change]:
    for item in _news(before, after, "commented"):
        yield _change(Kind.COMMENTED, item)


_KINDS: tuple[Callable[[Snapshot, Snapshot], Iterator[Change]], ...] = (
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
    _comments,
)
