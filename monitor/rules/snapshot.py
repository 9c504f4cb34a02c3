"""The snapshot of a pull request: what GitHub said about it at one moment, as frozen values, to and from JSON.

Built by `github/parse`, stored with each pull request by `recording/recorder`, and read by all other rules. Depends on
no setting.
"""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Literal, Self, overload

from monitor.rules.merge_facts import NOTHING_KNOWN, AutoMerge, MergeFacts, MergeQueueEntry

ReviewState = Literal["approved", "changes_requested", "commented", "dismissed"]
PullRequestState = Literal["open", "closed", "merged"]
Ci = Literal["success", "failure", "pending", "none", "unknown"]
Mergeable = Literal["mergeable", "conflicting", "unknown"]


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the pull request: its name, and its colour as six hex digits without `#`."""

    name: str
    color: str


@dataclass(frozen=True, slots=True)
class RequestedReviewer:
    """A person or team that GitHub lists as asked for a review. `name` is a login, or a team as `org/slug`."""

    kind: Literal["user", "team"]
    name: str
    code_owner: bool = False
    is_bot: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """The person or team in lower case, for comparisons: GitHub ignores case in logins and slugs."""
        return self.kind, self.name.lower()


@dataclass(frozen=True, slots=True)
class Review:
    """One person's latest review with an opinion, or else their latest comment; `reviewer` None: a deleted account.

    `may_push` is False where GitHub says that the reviewer may not push: it does not count such a review.
    """

    reviewer: str | None
    state: ReviewState
    submitted_at: datetime
    commit: str | None = None
    is_bot: bool = False
    may_push: bool = True


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something that somebody did. `kind` is one of `ChangeKind`, or `review_dismissed` or `force_pushed`.

    `subject` depends on the kind: a login, a team as `org/slug` (then `subject_kind` is `team`), the name of a label,
    the new title, the state of a review, or why the pull request left the merge queue. `by_push`: commits that were
    pushed dismissed the review, as the branch demands; no person did.
    """

    kind: str
    at: datetime
    actor: str | None = None
    subject: str | None = None
    subject_kind: Literal["user", "team"] | None = None
    actor_is_bot: bool = False
    by_push: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One pull request as GitHub described it. Times are aware UTC; the login of a deleted account is None."""

    node_id: str
    number: int
    url: str
    title: str
    author: str | None
    author_is_bot: bool
    state: PullRequestState
    draft: bool
    base: str
    base_sha: str
    head: str
    head_sha: str
    created_at: datetime
    updated_at: datetime
    merged_at: datetime | None = None
    closed_at: datetime | None = None
    head_committed_at: datetime | None = None
    head_author: str | None = None
    additions: int = 0
    deletions: int = 0
    changed_files: int = 0
    comments: int = 0
    ci: Ci = "unknown"
    mergeable: Mergeable = "unknown"
    merging: MergeFacts = NOTHING_KNOWN
    labels: tuple[Label, ...] = ()
    assignees: tuple[str, ...] = ()
    review_requests: tuple[RequestedReviewer, ...] = ()
    # Further reviewers are asked whose names the credential may not read: usually teams.
    requests_hidden: bool = False
    reviews: tuple[Review, ...] = ()
    timeline: tuple[TimelineItem, ...] = ()
    # The timeline has older items that were not read.
    timeline_truncated: bool = False

    @property
    def lines(self) -> int:
        """The number of lines added and deleted together, which decides the size tag (`search/vocabulary`)."""
        return self.additions + self.deletions

    @property
    def ready_at(self) -> datetime | None:
        """When it was last marked ready for review, or created if it never was a draft; None while it is one."""
        if self.draft:
            return None
        readied = [item.at for item in self.timeline if item.kind == "ready_for_review"]
        return max(readied, default=self.created_at)

    def to_json(self) -> str:
        """Compact JSON with sorted keys: equal snapshots give equal texts."""
        return _ENCODER.encode(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Reads what `to_json` wrote, also in another version: skips unknown keys, takes defaults for missing ones."""
        snapshot: Self = _snapshot(cls, json.loads(text))
        return snapshot

    @property
    def digest(self) -> str:
        """32 hex digits, a hash of `to_json`: they differ as soon as anything that GitHub said differs."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=16).hexdigest()


def isoformat(moment: datetime | None) -> str | None:
    """Writes a time as everywhere in JSON: ISO 8601, UTC, whole seconds, `Z` at the end."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@overload
def parse_time(text: str) -> datetime: ...
@overload
def parse_time(text: None) -> None: ...
def parse_time(text: str | None) -> datetime | None:
    """Reads a time as `isoformat` and GitHub's `DateTime` write it. Errors: ValueError."""
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: Any) -> Any:
    """What JSON has no word for: a time, or one of our values. Tuples are written as lists."""
    if isinstance(value, datetime):
        return isoformat(value)
    names = _NAMES[type(value)]
    return dict(zip(names, attrgetter(*names)(value), strict=True))


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_plain)


_PARTS: dict[str, type[Any]] = {
    "labels": Label,
    "review_requests": RequestedReviewer,
    "reviews": Review,
    "timeline": TimelineItem,
}
_OBJECTS: dict[str, type[Any]] = {"merging": MergeFacts, "merge_queue": MergeQueueEntry, "auto_merge": AutoMerge}
_VALUES: tuple[type[Any], ...] = (Snapshot, *_PARTS.values(), *_OBJECTS.values())
_NAMES = {cls: tuple(field.name for field in fields(cls)) for cls in _VALUES}
_TIMES = frozenset(
    {"created_at", "updated_at", "merged_at", "closed_at", "head_committed_at", "submitted_at", "at", "since"},
)


def _snapshot(cls: type[Any], plain: dict[str, Any]) -> Any:
    known = _NAMES[cls]
    values: dict[str, Any] = {}
    for name, value in plain.items():
        if name not in known:
            continue
        if name in _TIMES:
            values[name] = parse_time(value)
        elif name in _PARTS:
            values[name] = tuple(_snapshot(_PARTS[name], part) for part in value)
        elif name in _OBJECTS:
            values[name] = None if value is None else _snapshot(_OBJECTS[name], value)
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    return cls(**values)
