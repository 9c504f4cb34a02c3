"""Sends messages to Slack as Block Kit, with a bot token or to an incoming webhook. No other module talks to Slack.

https://docs.slack.dev/reference/methods/chat.postMessage
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from django.conf import settings

from notifications.messages.block_kit import SLACK_ID, body
from notifications.messages.message import Message
from notifications.messages.plain_text import plain
from notifications.transports.transport import Identity, Posted, Status, TransportError

TIMEOUT = 15  # seconds
_TRANSIENT_ERRORS = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "rate_limited", "request_timeout", "rollup_error",
     "service_unavailable", "team_added_to_org"}
)  # fmt: skip


class BotTransport:
    """Sends direct messages, and to the channel SLACK_CHANNEL, with SLACK_BOT_TOKEN."""

    def direct_channel(self, slack_user_id: str) -> str | None:
        return slack_user_id if settings.SLACK_BOT_TOKEN and SLACK_ID.fullmatch(slack_user_id) else None

    def default_channel(self) -> str | None:
        return (settings.SLACK_CHANNEL or None) if settings.SLACK_BOT_TOKEN else None

    def send(self, channel: str, message: Message) -> Posted:
        said = self._call("chat.postMessage", channel=channel, **body(message))
        return Posted(said.get("channel") or "", said.get("ts") or "")

    def edit(self, channel: str, ts: str, message: Message) -> None:
        """https://docs.slack.dev/reference/methods/chat.update"""
        # An update takes no unfurling options: it keeps those of the message.
        changed = {name: value for name, value in body(message).items() if not name.startswith("unfurl")}
        self._call("chat.update", channel=channel, ts=ts, **changed)

    def identity(self) -> Identity:
        """Who the token is, by https://docs.slack.dev/reference/methods/auth.test. Errors: TransportError."""
        said = self._response("auth.test", reads=True)
        # Slack names the scopes of a token in a header of every answer.
        scopes = next((text for name, text in said.headers.items() if name.lower() == "x-oauth-scopes"), "")
        named = frozenset(scope.strip() for scope in scopes.split(",") if scope.strip())
        return Identity(str(said.data.get("team") or ""), str(said.data.get("user") or ""), named)

    def status(self, slack_user_id: str) -> Status:
        """What the person says of themselves in Slack, which needs the scope `users.profile:read`.

        https://docs.slack.dev/reference/methods/users.profile.get. Errors: TransportError.
        """
        said = self._call("users.profile.get", reads=True, user=slack_user_id).get("profile") or {}
        expires = said.get("status_expiration") or 0
        return Status(
            str(said.get("status_emoji") or ""),
            str(said.get("status_text") or ""),
            datetime.fromtimestamp(expires, UTC) if expires else None,
        )

    def _call(self, method: str, *, reads: bool = False, **arguments: Any) -> Any:
        """What Slack's answer says. `reads`: the method takes a form, not JSON. Errors: TransportError."""
        return self._response(method, reads=reads, **arguments).data

    def _response(self, method: str, *, reads: bool, **arguments: Any) -> Any:
        if not settings.SLACK_BOT_TOKEN:
            raise TransportError("SLACK_BOT_TOKEN is not set", permanent=True)
        from slack_sdk.errors import SlackApiError, SlackClientError
        from slack_sdk.web import WebClient

        client = WebClient(
            settings.SLACK_BOT_TOKEN, base_url=settings.SLACK_API_URL, timeout=TIMEOUT, retry_handlers=[]
        )
        client.proxy = None  # the SDK ignores NO_PROXY; urllib reads the same variables and does not
        try:
            if reads:
                return client.api_call(method, params=arguments)
            return client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise _error_for(
                error.response.status_code, _error_name(error.response.data), error.response.headers
            ) from error
        except (SlackClientError, OSError, HTTPException, ValueError) as error:
            raise TransportError(_unreachable_message(error), permanent=False) from error


class WebhookTransport:
    """Sends to the one channel of the incoming webhook SLACK_WEBHOOK_URL. A webhook sends no direct messages."""

    def direct_channel(self, slack_user_id: str) -> str | None:
        return None

    def default_channel(self) -> str | None:
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
            raise TransportError(_unreachable_message(error), permanent=False) from error
        if not 200 <= said.status_code < 300:
            raise _error_for(said.status_code, said.body, said.headers)
        return Posted()

    def edit(self, channel: str, ts: str, message: Message) -> None:
        raise TransportError("an incoming webhook changes no message", permanent=True)


def _error_for(status: int, answer: str, headers: Mapping[str, str]) -> TransportError:
    """The error for Slack's answer: transient if Slack is busy or broken, permanent if Slack names an error of ours."""
    named = re.fullmatch(r"[a-z0-9_]{3,60}", answer)
    transient = status in {408, 429} or status >= 500 or answer in _TRANSIENT_ERRORS or (status == 200 and not named)
    shown = answer if named else f"HTTP {status}: {plain(answer)}"
    return TransportError(shown, permanent=not transient, retry_after=_retry_after(headers) if transient else None)


def _error_name(said: Any) -> str:
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The header `Retry-After` in seconds, with its name in any case; None if it is missing or not a number."""
    for name, value in headers.items():
        if name.lower() == "retry-after" and re.fullmatch(r"\s*\d{1,6}(\.\d+)?\s*", str(value)):
            return float(value)
    return None


def _unreachable_message(error: Exception) -> str:
    return f"Slack could not be reached: {type(error).__name__}: {error}"
