"""Chooses where a message goes: the configured transports in the order of preference, and the destination."""

from dataclasses import dataclass

from notifications.transports.slack import BotTransport, WebhookTransport
from notifications.transports.transport import Identity, Posted, Status, Transport, TransportError

__all__ = [
    "BOT",
    "TRANSPORTS",
    "Destination",
    "Identity",
    "Posted",
    "Status",
    "Transport",
    "TransportError",
    "destination_for",
    "enabled",
]

BOT = BotTransport()
TRANSPORTS: dict[str, Transport] = {"bot": BOT, "webhook": WebhookTransport()}


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel, and the key in `TRANSPORTS` that reaches it. `personal`: a direct message, which one person reads."""

    transport: str
    channel: str
    personal: bool = False


def enabled() -> bool:
    """Whether a transport is configured, so that somebody can get messages."""
    return any(transport.default_channel() or transport.direct_channel("U0") for transport in TRANSPORTS.values())


def destination_for(slack_user_id: str = "") -> Destination | None:
    """Where a person is reached: by direct message, else in a default channel. Without an id: the default channel."""
    if slack_user_id:
        for name, transport in TRANSPORTS.items():
            if channel := transport.direct_channel(slack_user_id):
                return Destination(name, channel, personal=True)
    for name, transport in TRANSPORTS.items():
        if channel := transport.default_channel():
            return Destination(name, channel)
    return None
