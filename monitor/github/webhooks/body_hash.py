"""Computes a hash that recognizes a repeated webhook body.

GitHub signs only the body: somebody who has captured a body can send it again, with any delivery id and any event name.
GitHub's own redelivery keeps the delivery id.
https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#use-the-x-github-delivery-header
"""

from datetime import datetime
from hashlib import sha256

from monitor.github.webhooks.hints import Hint

# Payloads about teams and installations contain no time: adding, removing and adding a person again repeats a body.
_TIMELESS = ("team", "installation")


def body_hash_of(body: bytes, hint: Hint | None, now: datetime) -> str | None:
    """The SHA-256 of the raw bytes in hexadecimal; no two stored deliveries may share this value.

    Most payloads contain a time or an id of their own, so equal bytes mean the same event. For payloads without a time,
    the hash also contains the current hour: a captured body then causes at most one query per hour, and prmonitor asks
    that often anyway. None for a delivery without a hint (pings, unknown events): such a delivery may repeat.
    """
    if hint is None:
        return None
    hour = now.strftime("%Y-%m-%dT%H ").encode() if hint.kind in _TIMELESS else b""
    return sha256(hour + body).hexdigest()
