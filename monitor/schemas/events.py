"""What goes out of events."""

from typing import Any

from pydantic import Field

from monitor.events import Kind, UpdateType
from monitor.schemas.values import Address, Closed, Id, Number, RepositoryName, Stamp
from monitor.schemas.words import ReviewState


def _of_some_kinds(**named: Any) -> Any:
    """A key that only changes of some kinds carry."""
    return Field(default_factory=lambda: None, **named)


class Change(Closed):
    """One thing that changed; which further keys it has depends on the kind."""

    kind: Kind
    actor: str | None
    """Who did it; null where GitHub does not say."""
    login: str = _of_some_kinds()
    """The person asked, assigned, or on it."""
    team: str = _of_some_kinds(examples=["octo-org/octo-team"])
    """The team asked."""
    label: str = _of_some_kinds()
    reviewer: str | None = _of_some_kinds()
    """Whose review; null for a deleted account."""
    state: ReviewState = _of_some_kinds()
    """What the review says."""
    from_: str = _of_some_kinds(alias="from")
    """What was before: a title, a commit, a branch, a state of the checks, whether it can be merged."""
    to: str = _of_some_kinds()
    """What is now."""


class Event(Closed):
    """What one look found changed in one pull request."""

    id: Id
    repository: RepositoryName
    number: Number
    update_type: UpdateType
    changes: list[Change]
    at: Stamp
    """When it was seen."""
    occurred_at: Stamp
    """When it happened, as well as GitHub tells."""
    title: str
    url: Address


class EventPage(Closed):
    """Events in commit order."""

    items: list[Event]
    cursor: Id
    """How far was looked: the next `after`."""
    has_more: bool
