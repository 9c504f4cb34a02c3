"""Tells whether a webhook delivery is GitHub's: the signature over its raw bytes.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hmac
from hashlib import sha256


def signature_of(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether whoever signed these bytes knows the secret; takes as long for a wrong signature as for a right one.

    Nobody knows an empty secret.
    """
    expected = signature_of(secret, body)
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))
