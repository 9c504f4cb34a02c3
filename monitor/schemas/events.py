"""What goes out of events."""

from pydantic import BaseModel, ConfigDict

from monitor.events import Kind, UpdateType
from monitor.schemas.values import Closed, Stamp


class Change(BaseModel):
    """One thing that changed; further keys depend on the kind."""

    model_config = ConfigDict(extra="allow")

    kind: Kind
    actor: str | None


class Event(Closed):
    """What one look found changed in one pull request."""

    id: int
    repository: str
    number: int
    update_type: UpdateType
    changes: list[Change]
    at: Stamp
    occurred_at: Stamp
    title: str
    url: str


class EventPage(Closed):
    """Events in commit order."""

    items: list[Event]
    cursor: int
    """How far was looked: the next `after`."""
    has_more: bool
