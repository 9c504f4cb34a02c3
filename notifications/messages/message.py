"""The values a message is made of: lines of text, emphasis, links and mentions. A transport renders them."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Strong:
    """Emphasized text."""

    text: str


@dataclass(frozen=True, slots=True)
class Struck:
    """Text that is crossed out."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a web page; `struck`: its label is crossed out."""

    url: str
    label: str
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A person whom Slack notifies; `name` is shown where the transport cannot mention people."""

    slack_user_id: str
    name: str


Part: TypeAlias = str | Strong | Struck | Link | Mention
Line: TypeAlias = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is the whole of a push notification; `title`, `lines` and small `notes` are the card."""

    text: Line
    title: Line
    lines: tuple[Line, ...]
    notes: tuple[Line, ...]
