"""Receives GitHub's webhooks: checks the signature, stores the delivery for the worker, and answers at once."""

import json
import logging
import re
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from monitor.api.errors import ApiError
from monitor.github.webhooks import Payload, action_of, body_hash_of, hint_of, is_signed, missing_events
from monitor.polling.hints import webhook_queue

log = logging.getLogger(__name__)
# GitHub sends nothing larger: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
LARGEST = 25 * 1024 * 1024
EVENT = re.compile(r"[a-z0-9_.-]{1,50}")
DELIVERY = re.compile(r"[A-Za-z0-9_-]{1,100}")
FORM = "application/x-www-form-urlencoded"


@never_cache
@csrf_exempt
def github_webhook(request: HttpRequest) -> HttpResponse:
    """202 for a new delivery, even if prmonitor ignores its event; 200 for one that was stored before.

    A repeated delivery has the same id, or the same bytes.
    """
    try:
        return _store(request)
    except ApiError as error:
        return error.response()


def _store(request: HttpRequest) -> HttpResponse:
    if not settings.GITHUB_WEBHOOK_SECRET:
        raise ApiError(404, "not_found", "webhooks are not switched on here")
    if request.method != "POST":
        raise ApiError(405, "method_not_allowed", "webhooks are delivered by POST", headers={"Allow": "POST"})
    body = _body(request)
    if not is_signed(settings.GITHUB_WEBHOOK_SECRET, body, request.headers.get("X-Hub-Signature-256", "")):
        raise ApiError(401, "not_authenticated", "X-Hub-Signature-256 is not the signature of this body")
    event = _header(request, "X-GitHub-Event", EVENT)
    delivery = _header(request, "X-GitHub-Delivery", DELIVERY)
    payload = _payload(body, request.content_type or "")
    if event == "ping":
        _greet(payload)
    hint = hint_of(event, payload)
    if not webhook_queue.store_delivery(
        delivery, event, action_of(payload), hint, body_hash_of(body, hint, timezone.now())
    ):
        return JsonResponse({"status": "seen before"})
    return JsonResponse({"status": "accepted" if hint else "ignored"}, status=202)


def _body(request: HttpRequest) -> bytes:
    """The raw bytes of the body. `request.body` would refuse a body that is larger than Django allows for a form."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    larger = len(length) > 9 or (length.isdecimal() and int(length) > LARGEST)
    body = b"" if larger else request.read(LARGEST + 1)
    if larger or len(body) > LARGEST:
        raise ApiError(413, "too_large", "a delivery has 25 MB at most")
    return body


def _header(request: HttpRequest, name: str, shape: re.Pattern[str]) -> str:
    value = request.headers.get(name, "")
    if not shape.fullmatch(value):
        raise ApiError(400, "invalid_json", f"{name} is missing, or is none of GitHub's")
    return value


def _payload(body: bytes, content_type: str) -> Payload:
    """The JSON of either encoding: the body itself, or the form's field `payload`."""
    try:
        text: str | bytes = body
        if content_type == FORM:
            [text] = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)["payload"]
        payload: Any = json.loads(text)
    except (ValueError, KeyError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        raise ApiError(400, "invalid_json", "the body must be a JSON object, or a form with one in the field payload")
    return payload


def _greet(payload: Payload) -> None:
    """Handles GitHub's `ping`, which says that a webhook was created and which events the webhook will send."""
    if missing := missing_events(payload):
        log.warning("A webhook of GitHub's does not send: %s. Regular looks find it later.", ", ".join(missing))
