"""Tells a body that came before from a new one.

GitHub signs the body alone: whoever captured one may send it again, under any delivery id, as any event. GitHub's own
redelivery keeps the id.
https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#use-the-x-github-delivery-header
"""

from datetime import datetime
from hashlib import sha256

from monitor.github.webhooks.hints import Hint

# What is said of teams and installations holds no time: somebody added, removed and added again is the same body twice.
_TIMELESS = ("team", "installation")


def mark_of(body: bytes, hint: Hint | None, now: datetime) -> str | None:
    """What no other delivery may have while this one is kept: the SHA-256 of the raw bytes, in hexadecimal.

    All else that GitHub tells holds the moment it happened, or an id of its own: the same bytes are the same happening.
    Where they are not, the mark holds for the hour: a captured body has us ask once an hour, as often as we ask anyway.
    None, no mark, for what hints at nothing (pings, events we do not know): it may come as often as it likes.
    """
    if hint is None:
        return None
    hour = now.strftime("%Y-%m-%dT%H ").encode() if hint.kind in _TIMELESS else b""
    return sha256(hour + body).hexdigest()
