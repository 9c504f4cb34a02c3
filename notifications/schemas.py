"""What the API shows of deliveries, as models."""

from typing import Literal

from typing_extensions import TypeAliasType

from monitor.schemas import Closed, Count, Id, PullRequestName, Stamp

DeliveryState = TypeAliasType("DeliveryState", Literal["waiting", "sent", "edited", "folded", "suppressed", "failed"])


class Delivery(Closed):
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
    created_at: Stamp
    ended_at: Stamp | None


class DeliveryPage(Closed):
    """A page of deliveries."""

    items: list[Delivery]
    count: Count
