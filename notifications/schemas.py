"""What the API shows of deliveries, as models."""

from typing import Literal

from monitor.schemas import Closed, Stamp


class Delivery(Closed):
    """What became of one message that could be sent."""

    id: int
    pull_request: str
    """`owner/name#number`"""
    recipient: str
    channel: str | None
    state: Literal["waiting", "sent", "edited", "folded", "suppressed", "failed"]
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
    count: int
