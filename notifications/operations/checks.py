"""System checks that find Slack settings which do not work together."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register("slack")
def check_slack(**_: Any) -> list[CheckMessage]:
    """Warns of settings that are valid one by one, but together leave people without messages."""
    found: list[CheckMessage] = []
    if settings.SLACK_BOT_TOKEN and not settings.SLACK_CHANNEL and not settings.SLACK_WEBHOOK_URL:
        found.append(
            Warning(
                "SLACK_BOT_TOKEN is set without SLACK_CHANNEL: only people whose Slack id is known can be told",
                hint="Set SLACK_CHANNEL to the channel for everybody else, and for teams.",
                id="notifications.W001",
            )
        )
    if settings.SLACK_CHANNEL and not settings.SLACK_BOT_TOKEN:
        found.append(
            Warning(
                "SLACK_CHANNEL is set without SLACK_BOT_TOKEN: it is not used",
                hint="An incoming webhook has a channel of its own; to choose one, set SLACK_BOT_TOKEN.",
                id="notifications.W002",
            )
        )
    return found
