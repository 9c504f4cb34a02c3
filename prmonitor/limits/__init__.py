"""How large and how slow a request may be, by its address, and what a refusal says. Has no server-specific code."""

import json
from http import HTTPStatus

KIB = 1024
API = 64 * KIB
# https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
GITHUB_WEBHOOK = 25 * KIB * KIB
# What Django reads of a form (DATA_UPLOAD_MAX_MEMORY_SIZE).
PAGE = 2_621_440
ADDRESS = 8 * KIB
HEADERS = 16 * KIB
HEADER_SECONDS = 10.0
BODY_SECONDS = 20.0
BYTES_PER_SECOND = 32 * KIB

_REASONS = {
    HTTPStatus.REQUEST_TIMEOUT: ("timed_out", "the request did not arrive in time"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "the body is too large"),
    HTTPStatus.REQUEST_URI_TOO_LONG: ("too_large", "the address is too long"),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("too_large", "the headers are too large"),
}


def body_limit(path: str) -> int:
    """The largest number of bytes that the body of a request to this path may have."""
    if path == "/webhooks/github":
        return GITHUB_WEBHOOK
    return API if path.startswith("/api/") else PAGE


def body_seconds(size: int) -> float:
    """How long a body of this many bytes may take, so that a slow client cannot hold a connection for ever."""
    return BODY_SECONDS + size / BYTES_PER_SECOND


def refusal(status: HTTPStatus, path: str = "") -> tuple[str, bytes]:
    """Content type and body of the answer: JSON in the API's shape where a program asks, else a sentence."""
    code, words = _REASONS[status]
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        words = f"{words}: this address takes at most {body_limit(path):,} bytes"
    if path.startswith(("/api/", "/webhooks/")):
        return "application/json", json.dumps({"error": {"code": code, "message": words, "details": None}}).encode()
    return "text/plain; charset=utf-8", f"{words[:1].upper()}{words[1:]}.\n".encode()
