"""The protocol of all transports: which channel reaches people, how to send, and how sending can fail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from monitor.rules.masking import masked
from notifications.messages.message import Message


class TransportError(Exception):
    """A message was not sent. `permanent`: a retry cannot help. `retry_after`: seconds to wait, if Slack states any."""

    def __init__(self, answer: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(masked(answer))
        self.permanent = permanent
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Posted:
    """A sent message: its channel and its timestamp `ts` (Slack's message id); empty if the transport states none."""

    channel: str = ""
    ts: str = ""
    answer: str = "ok"


@dataclass(frozen=True, slots=True)
class Status:
    """A person's status: an emoji (`:palm_tree:`), a text, and when it ends; None: not by itself."""

    emoji: str = ""
    text: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a token is: the workspace, the bot's name there, and what the token may do (scopes)."""

    workspace: str
    bot: str
    scopes: frozenset[str]


class Transport(Protocol):
    """A service that sends messages."""

    def direct_channel(self, slack_user_id: str) -> str | None:
        """The channel that only this person reads; None if this transport has none or is not configured."""

    def default_channel(self) -> str | None:
        """The channel for everybody else and for teams; None if there is none or the transport is not configured."""

    def send(self, channel: str, message: Message) -> Posted:
        """Sends once, without retries, and waits for the answer. Errors: TransportError."""

    def edit(self, channel: str, ts: str, message: Message) -> None:
        """Puts `message` in the place of a sent one. Errors: TransportError."""
