"""The webhook endpoint: which deliveries it accepts, and how it answers each kind of invalid request."""

import json
from urllib.parse import urlencode

import pytest
from django.test import Client

from monitor.api import webhooks
from monitor.github.webhooks import is_signed, signature_of
from monitor.models import WebhookDelivery
from tests.webhooks.conftest import PATH, SECRET

pytestmark = pytest.mark.django_db
PUSHED = {"action": "opened", "number": 3, "pull_request": {"node_id": "PR_1", "number": 3}}
PULL = PUSHED | {"repository": {"node_id": "R_1", "full_name": "acme/web"}}


def error_of(answer) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/json"
    said = json.loads(answer.content)
    assert set(said) == {"error"}
    assert set(said["error"]) == {"code", "message", "details"}
    return answer.status_code, said["error"]["code"]


def test_the_documented_signature() -> None:
    expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signature_of(SECRET, b"Hello, World!") == expected
    assert is_signed(SECRET, b"Hello, World!", expected)


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", signature_of(SECRET, b"Hello, World!")[:-1], signature_of(SECRET, b"Hello, World! ").upper(),
     signature_of("another", b"Hello, World!"), signature_of(SECRET, b"Hello, World!").replace("sha256", "sha1"),
     "sha256=ünïcödé", "\ud800"],
)  # fmt: skip
def test_no_other_signature_will_do(signature: str) -> None:
    assert not is_signed(SECRET, b"Hello, World!", signature)
    assert not is_signed("", b"Hello, World!", signature_of("", b"Hello, World!"))


def test_without_a_secret_the_endpoint_is_closed(deliver, settings) -> None:
    settings.GITHUB_WEBHOOK_SECRET = ""
    assert error_of(deliver("pull_request", PULL)) == (404, "not_found")
    assert not WebhookDelivery.objects.exists()


def test_a_delivery_is_taken_once(deliver) -> None:
    first = deliver("pull_request", PULL, delivery="5d2d8f3e-0001")
    again = deliver("pull_request", PULL, delivery="5d2d8f3e-0001")
    other = deliver("pull_request", PULL | {"action": "edited"}, delivery="5d2d8f3e-0002")
    assert [one.status_code for one in (first, again, other)] == [202, 200, 202]
    row = WebhookDelivery.objects.get(delivery="5d2d8f3e-0001")
    assert (row.event, row.action, row.done_at, row.attempts) == ("pull_request", "opened", None, 0)


def test_unsigned_requests_learn_and_change_nothing(deliver) -> None:
    wrong = signature_of("guess", json.dumps(PULL).encode())
    for signature in (wrong, "", "sha1=0"):
        assert error_of(deliver("pull_request", PULL, **{"X-Hub-Signature-256": signature})) == (
            401,
            "not_authenticated",
        )
    # The signature is checked first: without it, the answer does not mention other errors.
    assert error_of(deliver("", b"{", delivery="", **{"X-Hub-Signature-256": wrong})) == (401, "not_authenticated")
    assert not WebhookDelivery.objects.exists()


def test_the_bytes_count_not_what_they_mean(deliver) -> None:
    body = json.dumps(PULL).encode()
    spaced = json.dumps(PULL, indent=1).encode()
    answer = deliver("pull_request", spaced, **{"X-Hub-Signature-256": signature_of(SECRET, body)})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("event", "delivery"),
    [("", "a"), ("pull_request", ""), ("pull request", "a"), ("x" * 51, "a"), ("push", "a" * 101), ("push", "a b"),
     ("push", "a\u00fc")],
)  # fmt: skip
def test_headers_that_are_missing_or_odd(deliver, event: str, delivery: str) -> None:
    assert error_of(deliver(event, PULL, delivery=delivery)) == (400, "invalid_json")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"text"', b"12", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b'{"a": \x00}'],
    ids=["empty", "cut", "null", "list", "text", "number", "bytes", "deep", "long number", "nul"],
)
def test_bodies_that_are_no_json_object(deliver, body: bytes) -> None:
    assert error_of(deliver("pull_request", body)) == (400, "invalid_json")
    form = b"payload=" + body if body else b""
    assert error_of(deliver("pull_request", form, content_type=webhooks.FORM)) == (400, "invalid_json")


@pytest.mark.parametrize("body", [b"other=1", b"payload", b"payload={}&payload={}", b"&" * 50 + b"payload={}"])
def test_forms_without_one_payload(deliver, body: bytes) -> None:
    assert error_of(deliver("pull_request", body, content_type=webhooks.FORM)) == (400, "invalid_json")


def test_form_encoding(deliver) -> None:
    body = urlencode({"payload": json.dumps(PULL | {"title": "One & only = ünï"})}).encode()
    answer = deliver("pull_request", body, content_type=f"{webhooks.FORM}; charset=utf-8")
    assert answer.status_code == 202
    assert WebhookDelivery.objects.get().hint["pull_requests"] == [{"node_id": "PR_1", "name": "3"}]


def test_a_large_delivery_is_taken_a_larger_one_is_not(deliver, monkeypatch) -> None:
    filled = json.dumps(PULL | {"filler": "x" * 3_000_000}).encode()
    assert deliver("pull_request", filled).status_code == 202, "more than Django takes of a form"
    monkeypatch.setattr(webhooks, "LARGEST", len(filled) - 1)
    assert error_of(deliver("pull_request", filled)) == (413, "too_large")
    monkeypatch.setattr(webhooks, "LARGEST", len(filled))
    assert deliver("pull_request", filled).status_code == 200, "seen before"


def test_a_length_that_lies(secret) -> None:
    """A Content-Length above the limit is refused, whatever the length of the body."""
    for length in (str(webhooks.LARGEST + 1), "9" * 40):
        answer = Client().generic("POST", PATH, b"{}", content_type="application/json", CONTENT_LENGTH=length)
        assert error_of(answer) == (413, "too_large")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "options"])
def test_other_methods(secret, method: str) -> None:
    answer = getattr(Client(), method)(PATH)
    assert error_of(answer) == (405, "method_not_allowed")
    assert answer["Allow"] == "POST"
