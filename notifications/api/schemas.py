"""The schemas of deliveries in the REST API."""

from typing import Literal

from typing_extensions import TypeAliasType

from monitor.api.schemas import ClosedModel, Count, Id, PullRequestName, Timestamp

DeliveryState = TypeAliasType("DeliveryState", Literal["waiting", "sent", "edited", "folded", "suppressed", "failed"])


class Delivery(ClosedModel):
    """What became of one message that could be sent."""

    id: Id
    pull_request: PullRequestName
    recipient: str
    channel: str | None
    state: DeliveryState
    rule: str | None
    """The rule that suppressed it."""
    reason: str
    answer: str | None
    """What Slack said."""
    created_at: Timestamp
    ended_at: Timestamp | None


class DeliveryPage(ClosedModel):
    """A page of deliveries."""

    items: list[Delivery]
    count: Count
