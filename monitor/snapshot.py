"""What GitHub says about one pull request at one moment, as frozen values; to and from JSON."""

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal, Self, overload

ReviewState = Literal["approved", "changes_requested", "commented", "dismissed"]
PullRequestState = Literal["open", "closed", "merged"]
Ci = Literal["success", "failure", "pending", "none", "unknown"]
Mergeable = Literal["mergeable", "conflicting", "unknown"]


@dataclass(frozen=True, slots=True)
class Label:
    """A label: its name, and its colour as six hex digits without `#`."""

    name: str
    color: str


@dataclass(frozen=True, slots=True)
class RequestedReviewer:
    """Who is asked for a review: a login, or a team as `org/slug`."""

    kind: Literal["user", "team"]
    name: str
    code_owner: bool = False
    is_bot: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Identity regardless of upper and lower case, which GitHub ignores in logins and slugs."""
        return self.kind, self.name.lower()


@dataclass(frozen=True, slots=True)
class Review:
    """The latest review of one person that still counts; `reviewer` is None for a deleted account."""

    reviewer: str | None
    state: ReviewState
    submitted_at: datetime
    commit: str | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """Something somebody did, in the words of `monitor.events` plus `review_dismissed` and `force_pushed`.

    `subject` is whom or what it was done to: a login, `org/slug` (`subject_kind` team), a label's name, the new title,
    or for `reviewed` the review's state.
    """

    kind: str
    at: datetime
    actor: str | None = None
    subject: str | None = None
    subject_kind: Literal["user", "team"] | None = None
    actor_is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One pull request as GitHub described it. Times are aware UTC; unknown people are None (deleted accounts)."""

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
    labels: tuple[Label, ...] = ()
    assignees: tuple[str, ...] = ()
    review_requests: tuple[RequestedReviewer, ...] = ()
    # Somebody else is asked too, but the credential may not read who: a team, as a rule.
    requests_hidden: bool = False
    reviews: tuple[Review, ...] = ()
    timeline: tuple[TimelineItem, ...] = ()
    # The timeline goes further back than what was read: what is older, only our own records know.
    timeline_truncated: bool = False

    @property
    def lines(self) -> int:
        """Changed lines, the measure behind the size tag."""
        return self.additions + self.deletions

    @property
    def ready_at(self) -> datetime | None:
        """When it was last made ready for review, else when it was created; None while it is a draft."""
        if self.draft:
            return None
        readied = [item.at for item in self.timeline if item.kind == "ready_for_review"]
        return max(readied, default=self.created_at)

    def to_json(self) -> str:
        """A compact text with sorted keys: equal snapshots give equal texts."""
        return json.dumps(_plain(self), ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The snapshot behind `to_json`; keys it does not know are left out, missing ones take their defaults."""
        snapshot: Self = _snapshot(cls, json.loads(text))
        return snapshot

    @property
    def digest(self) -> str:
        """32 hex digits that differ whenever anything GitHub said differs."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=16).hexdigest()


def isoformat(moment: datetime | None) -> str | None:
    """The one way times are written: ISO 8601, UTC, whole seconds, `Z`."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@overload
def moment(text: str) -> datetime: ...
@overload
def moment(text: None) -> None: ...
def moment(text: str | None) -> datetime | None:
    """The time behind `isoformat`, and behind GitHub's own `DateTime`."""
    return None if text is None else datetime.fromisoformat(text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return isoformat(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


_PARTS: dict[str, type] = {
    "labels": Label,
    "review_requests": RequestedReviewer,
    "reviews": Review,
    "timeline": TimelineItem,
}
_TIMES = frozenset(
    {"created_at", "updated_at", "merged_at", "closed_at", "head_committed_at", "submitted_at", "at"},
)


def _snapshot(cls: type[Any], plain: dict[str, Any]) -> Any:
    known = {field.name for field in fields(cls)}
    values: dict[str, Any] = {}
    for name, value in plain.items():
        if name not in known:
            continue
        if name in _TIMES:
            values[name] = moment(value)
        elif name in _PARTS:
            values[name] = tuple(_snapshot(_PARTS[name], part) for part in value)
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    return cls(**values)
