"""Turns a message into the JSON that Slack takes: Block Kit, in which no title or login can be markup.

Titles and lines are rich text: Slack shows its texts literally, also `_private_`, `*args*` and `:fire:`. Notes are small
print, which Slack has no rich text for: plain texts and links take turns.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
https://docs.slack.dev/reference/block-kit/blocks/context-block
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any
from urllib.parse import quote

from notifications.messages.message import Line, Link, Mention, Message, Part, Strong, Struck

SLACK_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_WEB = ("https://", "http://")
_WORD_JOINER = "\u2060"  # has no width
Json = dict[str, Any]


def body(message: Message) -> Json:
    """The JSON body of a message. Slack searches none of its texts for names, marks or links, and unfurls no links."""
    blocks = [
        *(_rich_text(line) for line in (message.title, _joined(message.lines)) if line),
        {"type": "context", "elements": [element for line in message.notes for element in _small(line)]},
    ]
    return {
        "text": escaped(shown(message.text)),
        "mrkdwn": False,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def shown(line: Line) -> str:
    """What people read of a line, without links and emphasis."""
    return "".join(_words(part) for part in line)


def escaped(text: str) -> str:
    """Escapes the three control characters of Slack's text objects; rich text has none.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _joined(lines: Iterable[Line]) -> Line:
    parts: list[Part] = []
    for line in lines:
        parts += ["\n", *line] if parts else line
    return tuple(parts)


def _rich_text(line: Line) -> Json:
    section = {"type": "rich_text_section", "elements": [_element(part) for part in line if _words(part)]}
    return {"type": "rich_text", "elements": [section]}


def _element(part: Part) -> Json:
    match part:
        case Link(url, label, struck) if url.startswith(_WEB):
            link = {"type": "link", "url": _address(url), "text": _harmless(label)}
            return {**link, "style": {"strike": True}} if struck else link
        case Struck(text):
            return {"type": "text", "text": _harmless(text), "style": {"strike": True}}
        case Mention(slack_user_id, _) if SLACK_ID.fullmatch(slack_user_id):
            return {"type": "user", "user_id": slack_user_id}
        case Strong(text):
            return {"type": "text", "text": _harmless(text), "style": {"bold": True}}
        case _:
            return {"type": "text", "text": _harmless(_words(part))}


def _small(line: Line) -> Iterator[Json]:
    """The elements of a note: its texts literally, its links as links."""
    for is_link, parts in groupby(line, lambda part: isinstance(part, Link) and part.url.startswith(_WEB)):
        if is_link:
            links = (
                f"<{escaped(_address(part.url))}|{escaped(part.label)}>" for part in parts if isinstance(part, Link)
            )
            yield {"type": "mrkdwn", "text": " ".join(links), "verbatim": True}
        elif words := shown(tuple(parts)).strip():
            yield {"type": "plain_text", "text": escaped(words), "emoji": False}


def _words(part: Part) -> str:
    match part:
        case Link(_, label):
            return label
        case Mention(_, name):
            return name
        case Strong(text) | Struck(text):
            return text
        case _:
            return part


def _harmless(text: str) -> str:
    """Rich text is literal; that not even a careless reader of the JSON takes a title for a mention costs nothing."""
    return re.sub(r"<(?=[!@#])", f"<{_WORD_JOINER}", text)


def _address(url: str) -> str:
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~")
