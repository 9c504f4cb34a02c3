"""The response bodies about events."""

from typing import Any

from pydantic import Field

from monitor.api.schemas.enumerations import Kind, ReviewState
from monitor.api.schemas.field_types import ClosedModel, Id, PositiveInteger, RepositoryFullName, Timestamp, Url
from monitor.rules.change_kinds import UpdateType


def _of_some_kinds(**extra: Any) -> Any:
    """A field that only some kinds of change have."""
    return Field(default_factory=lambda: None, **extra)


class Change(ClosedModel):
    """One change. Which other fields it has depends on its kind."""

    kind: Kind
    actor: str | None
    """Who made the change; null if GitHub does not say."""
    login: str = _of_some_kinds()
    """The person who was asked or assigned, or whose claim it is."""
    team: str = _of_some_kinds(examples=["octo-org/octo-team"])
    """The team that was asked."""
    label: str = _of_some_kinds()
    reviewer: str | None = _of_some_kinds()
    """Who wrote the review; null for a deleted account."""
    state: ReviewState = _of_some_kinds()
    """The verdict of the review."""
    by_push: bool = _of_some_kinds()
    """Of a dismissed review: whether pushed commits dismissed it, and not a person."""
    reason: str | None = _of_some_kinds()
    """Why the pull request was removed from the merge queue, in GitHub's words."""
    from_: str | int | None = _of_some_kinds(alias="from")
    """The old value: a title, commit, branch, state of the checks, mergeability, decision, or number below in a stack."""
    to: str | int | None = _of_some_kinds()
    """The new value."""


class Event(ClosedModel):
    """The changes that one poll found in one pull request."""

    id: Id
    repository: RepositoryFullName
    number: PositiveInteger
    update_type: UpdateType
    changes: list[Change]
    at: Timestamp
    """When prmonitor saw the changes."""
    occurred_at: Timestamp
    """When the changes happened, as exactly as GitHub tells."""
    title: str
    url: Url


class EventPage(ClosedModel):
    """A page of events, in commit order."""

    items: list[Event]
    cursor: Id
    """The value of `after` for the next request."""
    has_more: bool
