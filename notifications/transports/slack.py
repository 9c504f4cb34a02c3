"""Slack: messages as Block Kit, sent by bot token or to an incoming webhook. The one door to Slack.

https://docs.slack.dev/reference/methods/chat.postMessage
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

from django.conf import settings

from notifications.message import Line, Link, Mention, Message, Part, Strong, plain
from notifications.transports.transport import Posted, TransportError

TIMEOUT = 15  # seconds
_PASSING = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "rollup_error",
     "service_unavailable", "team_added_to_org"}
)  # fmt: skip
_SLACK_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class Bot:
    """Direct messages and a default channel, by bot token."""

    def person(self, slack_user_id: str) -> str | None:
        return slack_user_id if settings.SLACK_BOT_TOKEN and _SLACK_ID.fullmatch(slack_user_id) else None

    def everybody(self) -> str | None:
        return (settings.SLACK_CHANNEL or None) if settings.SLACK_BOT_TOKEN else None

    def send(self, channel: str, message: Message) -> Posted:
        if not settings.SLACK_BOT_TOKEN:
            raise TransportError("SLACK_BOT_TOKEN is not set", permanent=True)
        from slack_sdk.errors import SlackApiError, SlackClientError
        from slack_sdk.web import WebClient

        client = WebClient(
            settings.SLACK_BOT_TOKEN, base_url=settings.SLACK_API_URL, timeout=TIMEOUT, retry_handlers=[]
        )
        client.proxy = None  # the SDK ignores NO_PROXY; urllib reads the same variables and does not
        post = body(message)
        try:
            said = client.chat_postMessage(channel=channel, **post)
        except SlackApiError as error:
            raise _refusal(
                error.response.status_code, _error_of(error.response.data), error.response.headers
            ) from error
        except (SlackClientError, OSError, HTTPException, ValueError) as error:
            raise TransportError(_unreachable(error), permanent=False) from error
        return Posted(said.get("channel") or "", said.get("ts") or "")


class Webhook:
    """The channel behind an incoming webhook: nobody in person, and nothing can be edited."""

    def person(self, slack_user_id: str) -> str | None:
        return None

    def everybody(self) -> str | None:
        return "webhook" if settings.SLACK_WEBHOOK_URL else None

    def send(self, channel: str, message: Message) -> Posted:
        if not settings.SLACK_WEBHOOK_URL:
            raise TransportError("SLACK_WEBHOOK_URL is not set", permanent=True)
        from slack_sdk.errors import SlackClientError
        from slack_sdk.webhook import WebhookClient

        client = WebhookClient(settings.SLACK_WEBHOOK_URL, timeout=TIMEOUT, retry_handlers=[])
        client.proxy = None
        post = body(message)
        try:
            said = client.send_dict(post)
        except (SlackClientError, OSError, HTTPException, ValueError) as error:
            raise TransportError(_unreachable(error), permanent=False) from error
        if not 200 <= said.status_code < 300:
            raise _refusal(said.status_code, said.body, said.headers)
        return Posted()


def body(message: Message) -> dict[str, Any]:
    """A message as Slack takes it. Nothing in it is parsed for names or unfurled."""
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": _mrkdwn(message.title)},
        {"type": "section", "text": _mrkdwn(*message.lines)},
        {"type": "context", "elements": [_mrkdwn(line) for line in message.notes]},
    ]
    return {"text": rendered(message.text), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _mrkdwn(*lines: Line) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": "\n".join(rendered(line) for line in lines), "verbatim": True}


def rendered(line: Line) -> str:
    """A line in Slack's markup, everything in it that is not ours escaped."""
    return "".join(_part(part) for part in line)


def _part(part: Part) -> str:
    match part:
        case Link(url, label):
            return f"<{_address(url)}|{escaped(label)}>" if url.startswith(("https://", "http://")) else escaped(label)
        case Mention(slack_user_id, name):
            return f"<@{slack_user_id}>" if _SLACK_ID.fullmatch(slack_user_id) else escaped(name)
        case Strong(text):
            return f"*{escaped(text)}*"
        case _:
            return escaped(part)


def escaped(text: str) -> str:
    """The three characters that Slack reads as markup of its own.

    https://docs.slack.dev/messaging/formatting-message-text#escaping
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _address(url: str) -> str:
    return escaped(quote(url, safe=":/?#[]@!$&'()*+,;=%~"))


def _refusal(status: int, answer: str, headers: Mapping[str, str]) -> TransportError:
    """What Slack's answer means: try later when it is busy or broken, give up when it names a fault of ours."""
    named = re.fullmatch(r"[a-z0-9_]{3,60}", answer)
    passing = status in {408, 429} or status >= 500 or answer in _PASSING or (status == 200 and not named)
    shown = answer if named else f"HTTP {status}: {plain(answer)}"
    return TransportError(shown, permanent=not passing, retry_after=_seconds(headers) if passing else None)


def _error_of(said: Any) -> str:
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def _seconds(headers: Mapping[str, str]) -> float | None:
    """`Retry-After`, which Slack gives in whole seconds; header names in any case."""
    for name, value in headers.items():
        if name.lower() == "retry-after" and re.fullmatch(r"\s*\d{1,6}(\.\d+)?\s*", str(value)):
            return float(value)
    return None


def _unreachable(error: Exception) -> str:
    return f"Slack could not be reached: {type(error).__name__}: {error}"
