"""Every kind of response, and the data or the error that it becomes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from monitor.github import errors
from monitor.github.raw_response import RawResponse
from monitor.github.response_reader import read_graphql, read_rest

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
RESET = NOW + timedelta(minutes=20)
LIMITS = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4711",
    "x-ratelimit-reset": str(int(RESET.timestamp())),
    "x-ratelimit-resource": "graphql",
}
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
HTML = "<html><title>Unicorn!</title></html>"


def raw(body: Any = None, status: int = 200, **headers: Any) -> RawResponse:
    text = body if isinstance(body, str) else json.dumps(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawResponse(status, {"content-type": "application/json", **LIMITS, **named}, text, 0.25, NOW)


def error(type: str = "", message: str = "words", **more: Any) -> dict[str, Any]:
    return {"type": type, "message": message, **more}


def test_data_with_what_it_cost() -> None:
    reply = read_graphql(raw({"data": {"viewer": {"login": "plover"}, "rateLimit": {"cost": 3}}}))
    assert reply.data["viewer"] == {"login": "plover"}
    assert reply.problems == ()
    assert (reply.cost.points, reply.cost.seconds, reply.cost.resource) == (3, 0.25, "graphql")
    assert (reply.cost.remaining, reply.cost.limit, reply.cost.reset_at) == (4711, 5000, RESET)


def test_the_reset_is_told_in_this_machines_time() -> None:
    theirs = NOW + timedelta(hours=3)
    ahead: dict[str, Any] = {"x_ratelimit_reset": str(int((theirs + timedelta(minutes=20)).timestamp()))}
    assert raw({}, date=format_datetime(theirs), **ahead).reset_at == RESET
    assert raw({}, x_ratelimit_reset="1").reset_at == NOW
    assert raw({}, x_ratelimit_reset="nonsense").reset_at is None
    assert raw({}, x_ratelimit_reset=str(10**11)).reset_at is None


def test_a_server_without_limits_costs_nothing() -> None:
    bare = RawResponse(200, {}, json.dumps({"data": {"rateLimit": None}}), 0.1, NOW)
    assert (read_graphql(bare).cost.points, read_graphql(bare).cost.remaining) == (0, None)


PARTIAL = {
    "data": {"nodes": [{"id": "1"}, None]},
    "errors": [error("NOT_FOUND", path=["nodes", 1]), error("FORBIDDEN", path=["nodes", 0, "statusCheckRollup"])],
}


def test_partial_data_survives_with_its_problems() -> None:
    reply = read_graphql(raw(PARTIAL))
    assert reply.data["nodes"] == [{"id": "1"}, None]
    assert [(problem.type, problem.path) for problem in reply.problems] == [
        ("NOT_FOUND", ("nodes", 1)),
        ("FORBIDDEN", ("nodes", 0, "statusCheckRollup")),
    ]


ERRORS: list[tuple[str, RawResponse, type[errors.GitHubError]]] = [
    ("empty", raw(""), errors.Unavailable),
    ("blank", raw("  \n"), errors.Unavailable),
    ("page", raw("<!doctype html><title>Sign in</title>"), errors.Unavailable),
    ("cut", raw('{"data": {"nodes": [{"id": "R_'), errors.Unavailable),
    ("deep", raw("[" * 100_000), errors.Unavailable),
    ("list", raw([]), errors.Unavailable),
    ("null", raw(None), errors.Unavailable),
    ("number", raw(7), errors.Unavailable),
    ("text", raw('"hello"'), errors.Unavailable),
    ("no data", raw({}), errors.Unavailable),
    ("null data", raw({"data": None}), errors.Unavailable),
    ("data is text", raw({"data": "<html>"}), errors.Unavailable),
    ("errors is text", raw({"data": None, "errors": "boom"}), errors.Unavailable),
    ("errors of texts", raw({"errors": ["boom", None]}), errors.Unavailable),
    ("500", raw(HTML, 500), errors.Unavailable),
    ("503", raw(HTML, 503), errors.Unavailable),
    ("404", raw({"message": "Not Found"}, 404), errors.Unavailable),
    ("redirect", raw("", 307, location="https://elsewhere.example"), errors.Unavailable),
    ("502", raw(HTML, 502), errors.Overloaded),
    ("504", raw({"message": "We couldn't respond to your request in time."}, 504), errors.Overloaded),
    ("resources", raw({"data": {"nodes": [None]}, "errors": [error("RESOURCE_LIMITS_EXCEEDED", path=["nodes", 0])]}), errors.Overloaded),
    ("timed out", raw({"data": None, "errors": [{"message": "Something went wrong while executing your query. This may be the result of a timeout."}]}), errors.Overloaded),
    ("timed out in part", raw({"data": {"nodes": [None]}, "errors": [{"message": "Something went wrong while executing your query."}]}), errors.Overloaded),
    ("a complaint without a place", raw({"data": {"nodes": [None]}, "errors": [{"message": "Oh no"}]}), errors.Unavailable),
    ("401", raw({"message": "Bad credentials"}, 401), errors.Unauthorized),
    ("401 page", raw(HTML, 401), errors.Unauthorized),
    ("403", raw({"message": "Resource not accessible by personal access token"}, 403), errors.Forbidden),
    ("single sign-on", raw({"message": "Resource protected by organization SAML enforcement."}, 403, x_github_sso="required; url=…"), errors.Forbidden),
    ("forbidden", raw({"data": None, "errors": [error("FORBIDDEN")]}), errors.Forbidden),
    ("scopes", raw({"errors": [error("INSUFFICIENT_SCOPES", locations=[{"line": 1, "column": 2}])]}), errors.Forbidden),
    ("400", raw({"message": "Problems parsing JSON"}, 400), errors.QueryRejected),
    ("ids", raw({"data": None, "errors": [error("ARGUMENT_LIMIT")]}), errors.QueryRejected),
    ("nodes", raw({"errors": [error("MAX_NODE_LIMIT_EXCEEDED")]}), errors.QueryRejected),
    ("unknown field", raw({"errors": [{"message": "Field 'x' doesn't exist on type 'Y'", "path": ["query Q", "x"], "extensions": {"code": "undefinedField"}, "locations": []}]}), errors.QueryRejected),
    ("syntax", raw({"errors": [{"message": "Expected NAME", "locations": [{"line": 1, "column": 1}]}]}), errors.QueryRejected),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS])
def test_answers_that_cannot_be_used(answer: RawResponse, kind: type[errors.GitHubError]) -> None:
    with pytest.raises(errors.GitHubError) as raised:
        read_graphql(answer)
    assert type(raised.value) is kind
    assert str(raised.value).startswith(("GitHub", "Something", "This"))
    assert raised.value.cost is not None
    assert raised.value.cost.seconds == 0.25


IN_A_MINUTE = NOW + timedelta(seconds=60)
IN_TWO = NOW + timedelta(seconds=120)
LIMITED: list[tuple[str, RawResponse, datetime, bool, bool]] = [
    ("403 named", raw({"message": SECONDARY}, 403, retry_after="120"), IN_TWO, False, True),
    ("403 unnamed", raw({"message": SECONDARY}, 403), IN_A_MINUTE, False, False),
    ("403 abuse", raw({"message": "You have triggered an abuse detection mechanism."}, 403), IN_A_MINUTE, False, False),
    ("429 named", raw({"message": "Slow down"}, 429, retry_after="120"), IN_TWO, False, True),
    ("429 unnamed", raw(HTML, 429), IN_A_MINUTE, False, False),
    ("a date", raw({"message": SECONDARY}, 403, retry_after="Mon, 02 Mar 2026 10:02:00 GMT"), IN_TWO, False, True),
    ("403 spent", raw({"message": "API rate limit exceeded for user ID 7."}, 403, x_ratelimit_remaining="0"), RESET, True, True),
    ("200 spent", raw({"errors": [error("RATE_LIMITED", "API rate limit exceeded.")]}), RESET, True, True),
    ("200 other spelling", raw({"errors": [error("RATE_LIMIT", "API rate limit already exceeded.")]}), RESET, True, True),
    ("200 with data", raw({"data": {"viewer": None}, "errors": [error("RATE_LIMITED")]}), RESET, True, True),
    ("200 too fast", raw({"errors": [error("RATE_LIMITED", SECONDARY)]}, retry_after="120"), IN_TWO, False, True),
    ("200 untyped", raw({"data": None, "errors": [{"message": SECONDARY}]}), IN_A_MINUTE, False, False),
    ("spent, unnamed", raw({"errors": [error("RATE_LIMITED")]}, x_ratelimit_reset=""), IN_A_MINUTE, True, False),
    ("a silly wait", raw({"message": SECONDARY}, 403, retry_after="99999999999"), NOW + timedelta(hours=24), False, True),
    ("a past wait", raw({"message": SECONDARY}, 403, retry_after="-5"), NOW, False, True),
    ("no number", raw({"message": SECONDARY}, 403, retry_after="soon"), IN_A_MINUTE, False, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "until", "primary", "explicit"), [c[1:] for c in LIMITED], ids=[c[0] for c in LIMITED]
)
def test_limits(answer: RawResponse, until: datetime, primary: bool, explicit: bool) -> None:
    with pytest.raises(errors.RateLimited) as raised:
        read_graphql(answer)
    assert (raised.value.until, raised.value.primary, raised.value.explicit) == (until, primary, explicit)


def test_a_server_that_names_a_time_is_believed() -> None:
    with pytest.raises(errors.Unavailable) as raised:
        read_graphql(raw(HTML, 503, retry_after="30"))
    assert raised.value.retry_after == 30


@pytest.mark.parametrize("name", ["acme/timeout", "acme/secondary rate limit", "please wait before you try again."])
def test_names_that_people_chose_are_not_mistaken_for_errors(name: str) -> None:
    words = f"Could not resolve to a Repository with the name '{name}"
    reply = read_graphql(raw({"data": {"r0": None}, "errors": [error("NOT_FOUND", words, path=["r0"])]}))
    assert [problem.missing for problem in reply.problems] == [True]


def test_rest_answers() -> None:
    assert read_rest(RawResponse(200, {}, "[1]", 0.1, NOW, "core")) == [1]
    assert read_rest(RawResponse(201, {}, "{}", 0.1, NOW, "core")) == {}
    with pytest.raises(LookupError):
        read_rest(RawResponse(404, {"content-type": "application/json"}, '{"message": "Not Found"}', 0.1, NOW, "core"))
    with pytest.raises(errors.Unavailable):
        read_rest(RawResponse(404, {"content-type": "text/html"}, HTML, 0.1, NOW, "core"))
