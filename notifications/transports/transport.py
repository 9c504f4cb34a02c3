"""What every way of sending has in common: where it reaches people, and how sending can fail."""

from dataclasses import dataclass
from typing import Protocol

from monitor.masking import masked
from notifications.message import Message


class TransportError(Exception):
    """A message that was not taken. `permanent`: trying again is no use. `retry_after`: seconds asked for, if any."""

    def __init__(self, answer: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(masked(answer))
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that was taken: the channel it is in and its name there, empty where the transport does not say."""

    channel: str = ""
    ts: str = ""
    answer: str = "ok"


class Transport(Protocol):
    """One way to send."""

    def person(self, slack_user_id: str) -> str | None:
        """The channel that reaches this one person; None when this transport cannot, or is not set up."""

    def everybody(self) -> str | None:
        """The default channel; None when there is none, or the transport is not set up."""

    def send(self, channel: str, message: Message) -> Posted:
        """Sends once and waits for the answer. Errors: TransportError."""
