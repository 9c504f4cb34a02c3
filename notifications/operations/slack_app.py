"""The Slack app that prmonitor needs: its manifest, and what is still missing of it.

https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from notifications.messages.message import Message
from notifications.transports import BOT, TRANSPORTS, Transport, TransportError

# Scope -> what is done with it. https://docs.slack.dev/reference/scopes
SCOPES = {
    "chat:write": "send messages, and change them as things are done",
    "chat:write.public": "write to public channels without an invitation",
    "im:write": "send direct messages",
    "users.profile:read": "know by the status 🌴 who is away",
}
_WORDS = {
    "not_authed": "the token is empty",
    "invalid_auth": "Slack does not know this token: copy the Bot User OAuth Token (xoxb-…) again",
    "account_inactive": "the app was removed from the workspace: install it again, and copy the new token",
    "token_revoked": "the token was revoked: install the app again, and copy the new token",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it: invite the bot",
    "not_in_channel": "the bot is not in the channel: invite it, or give the app the scope chat:write.public",
    "is_archived": "the channel is archived",
    "missing_scope": "the app lacks a scope: paste the manifest again, and install the app again",
    "no_service": "the webhook was removed: make a new one",
    "invalid_token": "the address of the webhook is not complete",
}


_TRIAL = Message(("prmonitor can write here.",), ("prmonitor can write here.",), (), (("A message to try that.",),))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether all is well, and the words."""

    ok: bool
    words: str


def manifest() -> dict[str, Any]:
    """What to paste at https://api.slack.com/apps under *Create New App*, *From a manifest*."""
    return {
        "display_information": {
            "name": "prmonitor",
            "description": "Tells you which pull requests wait for you",
            "background_color": "#1f2328",
        },
        "features": {"bot_user": {"display_name": "prmonitor", "always_online": True}},
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {"org_deploy_enabled": False, "socket_mode_enabled": False, "token_rotation_enabled": False},
    }


def findings(*, post: bool) -> Iterator[Finding]:
    """What is set up and what is missing, asked of Slack itself. `post`: writes a message to the default channels."""
    if not settings.SLACK_BOT_TOKEN and not settings.SLACK_WEBHOOK_URL:
        yield Finding(False, "neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is set: nobody is told anything")
        return
    if settings.SLACK_BOT_TOKEN:
        yield from _of_bot()
    else:
        yield Finding(True, "only an incoming webhook: one channel, no direct messages, no digests, nothing is edited")
    for name, transport in TRANSPORTS.items():
        if (channel := transport.default_channel()) and post:
            yield _posted(transport, channel, "the webhook's channel" if name == "webhook" else channel)


def _of_bot() -> Iterator[Finding]:
    try:
        who = BOT.identity()
    except TransportError as error:
        yield Finding(False, f"the token does not work: {_in_words(error)}")
        return
    yield Finding(True, f"the token works: workspace {who.workspace}, as @{who.bot}")
    for scope, purpose in SCOPES.items():
        # Where a proxy takes the header away, Slack's own refusals will tell.
        if who.scopes and scope not in who.scopes:
            yield Finding(False, f"the scope {scope} is missing, to {purpose}")
    if not settings.SLACK_CHANNEL and not settings.SLACK_WEBHOOK_URL:
        yield Finding(True, "SLACK_CHANNEL is not set: who has no Slack id is not told, nor is a team as a whole")


def _posted(transport: Transport, channel: str, shown: str) -> Finding:
    try:
        transport.send(channel, _TRIAL)
    except TransportError as error:
        return Finding(False, f"cannot write to {shown}: {_in_words(error)}")
    return Finding(True, f"can write to {shown}: it has a message now")


def _in_words(error: TransportError) -> str:
    said = str(error)
    return f"{_WORDS[said]} ({said})" if said in _WORDS else said
