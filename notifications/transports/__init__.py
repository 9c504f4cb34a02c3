"""The ways to send, in the order in which they are tried, and where a message goes."""

from dataclasses import dataclass

from notifications.transports.slack import Bot, Webhook
from notifications.transports.transport import Posted, Transport, TransportError

__all__ = ["TRANSPORTS", "Address", "Posted", "Transport", "TransportError", "address_for", "enabled"]

TRANSPORTS: dict[str, Transport] = {"bot": Bot(), "webhook": Webhook()}


@dataclass(frozen=True, slots=True)
class Address:
    """A place a message can go to; `personal` when only one person reads there."""

    transport: str
    channel: str
    personal: bool = False


def enabled() -> bool:
    """Whether anything can be sent at all, to anybody."""
    return any(way.everybody() or way.person("U0") for way in TRANSPORTS.values())


def address_for(slack_user_id: str = "") -> Address | None:
    """Where to reach a person, or (without an id) everybody: a direct message first, else a default channel."""
    if slack_user_id:
        for name, way in TRANSPORTS.items():
            if channel := way.person(slack_user_id):
                return Address(name, channel, personal=True)
    for name, way in TRANSPORTS.items():
        if channel := way.everybody():
            return Address(name, channel)
    return None
