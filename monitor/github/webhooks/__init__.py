"""Checks the signature of a webhook delivery and reads which objects changed. Pure: no network, no database.

A delivery may come late, twice, out of order or not at all. So prmonitor only believes that something changed, and
always reads the current state from GitHub.
"""

from monitor.github.webhooks.body_hash import body_hash_of
from monitor.github.webhooks.event_hints import (
    ORGANIZATION_EVENTS,
    REPOSITORY_EVENTS,
    action_of,
    hint_of,
    missing_events,
)
from monitor.github.webhooks.hints import Hint, HintKind, NamedObject
from monitor.github.webhooks.payloads import Payload
from monitor.github.webhooks.signature import is_signed, signature_of

__all__ = [
    "ORGANIZATION_EVENTS",
    "REPOSITORY_EVENTS",
    "Hint",
    "HintKind",
    "NamedObject",
    "Payload",
    "action_of",
    "body_hash_of",
    "hint_of",
    "is_signed",
    "missing_events",
    "signature_of",
]
