"""GitHub's webhooks, without a network and without a database: is it GitHub's, and what does it hint at.

A delivery comes late, twice, out of order or not at all, so nothing it says is believed but that something moved: what
is true is always read back.
"""

from monitor.github.webhooks.events import OF_A_REPOSITORY, OF_AN_ORGANIZATION, action_of, hint_of, unticked
from monitor.github.webhooks.hints import Hint, Kind, Named
from monitor.github.webhooks.payloads import Payload
from monitor.github.webhooks.repeats import mark_of
from monitor.github.webhooks.signature import is_signed, signature_of

__all__ = [
    "OF_AN_ORGANIZATION",
    "OF_A_REPOSITORY",
    "Hint",
    "Kind",
    "Named",
    "Payload",
    "action_of",
    "hint_of",
    "is_signed",
    "mark_of",
    "signature_of",
    "unticked",
]
