"""Checks the signature of a webhook delivery over its raw bytes.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hmac
from hashlib import sha256


def signature_of(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether the signature was made with this secret. Wrong and right signatures take the same time to check.

    An empty secret never matches.
    """
    expected = signature_of(secret, body)
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
