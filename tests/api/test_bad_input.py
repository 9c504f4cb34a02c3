"""Bad input always gets an error of the API: never an HTML page, a traceback or a 500."""

import json
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.models import ApiToken
from tests.api.conftest import ROOT, Caller, check_shape, code_of
from tests.api.documented import document, operations
from tests.builders import user
from tests.hypothesis_profiles import some

pytestmark = pytest.mark.django_db
SUBSCRIBE = "/repositories/subscribe"
ONE = "/pull-requests/acme/web/2"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"nonsense",
        b"{'repository': 1}",
        b"\xff\xfe",
        b'{"repository": "a/b"',
        b"repository=a%2Fb",
        b"[" * 100_000,
    ],
)
def test_broken_json(api: Caller, raw: bytes) -> None:
    assert code_of(api.call("POST", SUBSCRIBE, raw=raw)) == (400, "invalid_json")


BODIES: list[tuple[Any, list[str]]] = [
    (None, ["body"]),
    ([], ["body"]),
    ("text", ["body"]),
    (7, ["body"]),
    ({}, ["repository"]),
    ({"repository": None}, ["repository"]),
    ({"repository": 7}, ["repository"]),
    ({"repository": ["a/b"]}, ["repository"]),
    ({"repository": ""}, ["repository"]),
    ({"repository": "nonsense"}, ["repository"]),
    ({"repository": "a/b/c"}, ["repository"]),
    ({"repository": "a/"}, ["repository"]),
    ({"repository": "/b"}, ["repository"]),
    ({"repository": "a b/c"}, ["repository"]),
    ({"repository": "a/.."}, ["repository"]),
    ({"repository": "a/."}, ["repository"]),
    ({"repository": "-a/b"}, ["repository"]),
    ({"repository": "a/b\n"}, ["repository"]),
    ({"repository": "a/b\u0000"}, ["repository"]),
    ({"repository": "a/\u202eb"}, ["repository"]),
    ({"repository": "https://github.com/a/b"}, ["repository"]),
    ({"repository": "a/" + "b" * 101}, ["repository"]),
    ({"repository": "a/b", "filters": ["nonsense"]}, ["filters.0"]),
    ({"repository": "a/b", "filters": "all"}, ["filters"]),
    ({"repository": "a/b", "filters": [["all"]]}, ["filters.0"]),
    ({"repository": "a/b", "filter": ["all"]}, ["filter"]),
    ({"repository": "", "filters": [1], "x": 1}, ["repository", "filters.0", "x"]),
]


def test_bodies_that_mean_nothing(api: Caller) -> None:
    for body, fields in BODIES:
        sent = api.post(SUBSCRIBE, body)
        assert code_of(sent) == (422, "invalid"), body
        assert sorted(detail["field"] for detail in sent.json()["error"]["details"]) == sorted(fields), body


def _with_a_key_more(schema: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Bodies of `schema` with an unknown key, at the top and in each nested object, and the path of that key."""
    if "$ref" in schema:
        return _with_a_key_more(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    found: list[tuple[dict[str, Any], str]] = [({"nonsense": 1}, "nonsense")] if "properties" in schema else []
    for name, inner in schema.get("properties", {}).items():
        found += [({name: body}, f"{name}.{field}") for body, field in _with_a_key_more(inner)]
    for choice in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        found += _with_a_key_more(choice)
    return found


def test_every_body_refuses_keys_it_does_not_name(api: Caller) -> None:
    said = set()
    for operation in operations().values():
        if "requestBody" in operation.about:
            schema = operation.about["requestBody"]["content"]["application/json"]["schema"]
            path = operation.path.removeprefix(ROOT).replace("{number}", "1")
            for body, field in _with_a_key_more(schema):
                sent = api.call(operation.method, path.replace("{owner}", "acme").replace("{name}", "web"), body)
                details = sent.json()["error"]["details"]
                assert code_of(sent) == (422, "invalid"), (path, body)
                assert field in {detail["field"] for detail in details}, (path, body, details)
                said.add(field)
    assert {"nonsense", "working_hours.nonsense", "notifications.nonsense"} <= said


QUERIES: list[tuple[str, dict[str, str], str]] = [
    ("/repositories", {"limit": "0"}, "limit"),
    ("/repositories", {"limit": "501"}, "limit"),
    ("/repositories", {"limit": "-1"}, "limit"),
    ("/repositories", {"limit": ""}, "limit"),
    ("/repositories", {"limit": "ten"}, "limit"),
    ("/repositories", {"limit": "1_0"}, "limit"),
    ("/repositories", {"limit": " 7"}, "limit"),
    ("/repositories", {"limit": "7.0"}, "limit"),
    ("/repositories", {"limit": "+7"}, "limit"),
    ("/repositories", {"offset": "\u0667"}, "offset"),
    ("/repositories", {"limit": "9" * 5000}, "limit"),
    ("/repositories", {"offset": "-1"}, "offset"),
    ("/repositories", {"offset": "9" * 30}, "offset"),
    ("/repositories", {"page": "2"}, "page"),
    ("/repositories", {"Limit": "2"}, "Limit"),
    ("/repositories/acme/web", {"limit": "2"}, "limit"),
    ("/repositories/acme/web/pull-requests", {"state": "draft"}, "state"),
    ("/repositories/acme/web/pull-requests", {"state": "OPEN"}, "state"),
    ("/repositories/acme/web/pull-requests", {"status": "open"}, "status"),
    ("/pull-requests", {"state": "open"}, "state"),
    ("/pull-requests", {"q": "nonsense:term"}, "q"),
    ("/pull-requests", {"q": "x" * 2001}, "q"),
    ("/pull-requests", {"q": "a\x00b"}, "q"),
    ("/pull-requests", {"limit": "1000"}, "limit"),
    (ONE, {"full": "1"}, "full"),
    ("/pull-requests/acme/web/two", {}, "number"),
    ("/pull-requests/acme/web/0_2", {}, "number"),
    ("/pull-requests/acme/web/2.0", {}, "number"),
    ("/events", {"after": "-1"}, "after"),
    ("/events", {"after": "x"}, "after"),
    ("/events", {"after": "1.5"}, "after"),
    ("/events", {"after": "0_0"}, "after"),
    ("/events", {"after": "9" * 30}, "after"),
    ("/events", {"before": "9"}, "before"),
    ("/events", {"limit": "0"}, "limit"),
    ("/views", {"limit": "0"}, "limit"),
    ("/me", {"verbose": "1"}, "verbose"),
    ("/deliveries", {"state": "sent"}, "state"),
    ("/why", {}, "pull_request"),
    ("/why", {"pull_request": ""}, "pull_request"),
    ("/why", {"pull_request": "acme/web"}, "pull_request"),
    ("/why", {"pull_request": "acme/web#two"}, "pull_request"),
    ("/why", {"pull_request": "acme/web#2", "user": ""}, "user"),
    ("/why", {"pull_request": "acme/web#2", "user": "a\x00b"}, "user"),
    ("/why", {"pull_request": "acme/web#2", "limit": "1"}, "limit"),
]


def test_queries_that_mean_nothing(api: Caller, web: Any) -> None:
    for path, query, field in QUERIES:
        sent = api.get(path, **query)
        assert code_of(sent) == (422, "invalid"), (path, query)
        assert sent.json()["error"]["details"][0]["field"] == field, (path, query)


def test_a_misspelt_parameter_is_offered_the_right_one(api: Caller) -> None:
    assert "did you mean limit?" in api.get("/repositories", limits=3).json()["error"]["message"]


def test_nothing_there(api: Caller, anybody: Caller) -> None:
    for path in ("/", "/nonsense", "/repositories/acme", "/repositories/a/b/c", "/pull-requests/a/b", "/ws/me", "/%00"):
        assert code_of(api.get(path)) == code_of(anybody.get(path)) == (404, "not_found"), path


def test_names_no_repository_can_have(api: Caller) -> None:
    for name in ("a%00/b", "a/b%00", "%ff/b", "a/%E2%80%AE", "a/" + "b" * 5000, "a/b%0a"):
        assert code_of(api.get(f"/repositories/{name}")) == (404, "repository_not_found"), name
        assert code_of(api.get(f"/pull-requests/{name}/1")) == (404, "repository_not_found"), name


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/repositories", "GET, HEAD, OPTIONS"),
        ("GET", "/repositories/subscribe", "OPTIONS, POST"),
        ("DELETE", "/me", "GET, HEAD, OPTIONS, PATCH"),
        ("GET", ONE + "/claim", "DELETE, OPTIONS, PUT"),
        ("PATCH", "/openapi.json", "GET, HEAD, OPTIONS"),
        ("BREW", "/events", "GET, HEAD, OPTIONS"),
    ],
)
def test_methods_an_address_does_not_take(api: Caller, method: str, path: str, allowed: str) -> None:
    sent = api.call(method, path)
    assert code_of(sent) == (405, "method_not_allowed")
    assert sent["Allow"] == allowed
    options = api.call("OPTIONS", path)
    assert (options.status_code, options["Allow"], options.content) == (204, allowed, b"")


def test_head_is_get_without_the_body(api: Caller, web: Any) -> None:
    got, head = api.get(ONE), api.call("HEAD", ONE)
    assert (head.status_code, head["ETag"], head.content) == (200, got["ETag"], b"")
    assert api.call("HEAD", "/pull-requests/acme/web/99").status_code == 404


def test_a_last_slash_is_led_to_where_it_was_meant(api: Caller, web: Any) -> None:
    sent = api.call("POST", "/repositories/acme/web/refresh/?x=1")
    assert (sent.status_code, sent["Location"]) == (307, f"{ROOT}/repositories/acme/web/refresh?x=1")
    assert api.call("GET", "/nonsense/").status_code == 404


def test_a_content_type_is_not_insisted_on(api: Caller, web: Any) -> None:
    body = json.dumps({"repository": "acme/web"})
    for kind in (
        "text/plain",
        "application/octet-stream",
        "application/json; charset=utf-8",
        "application/vnd.api+json",
    ):
        sent = api.client.generic("POST", ROOT + SUBSCRIBE, body, content_type=kind, headers=api.headers)
        assert sent.status_code == 200, kind


def test_forms_are_no_json(api: Caller) -> None:
    for data, kind in [
        ("repository=a", "application/x-www-form-urlencoded"),
        ("--x--", "multipart/form-data; boundary=x"),
    ]:
        sent = api.client.generic("POST", ROOT + SUBSCRIBE, data, content_type=kind, headers=api.headers)
        check_shape(sent)
        assert code_of(sent) == (400, "invalid_json")


def test_forms_from_a_session_are_no_json_either(heron: Any) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(heron)
    client.get("/docs")
    token = client.cookies["csrftoken"].value
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded"):
        body = f'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--x--\r\n'
        sent = client.generic("POST", ROOT + SUBSCRIBE, body, content_type=kind, headers={"X-CSRFToken": token})
        check_shape(sent)
        assert sent.status_code in {400, 403}


def test_too_much_at_once(api: Caller) -> None:
    huge = json.dumps({"repository": "x" * 3_000_000}).encode()
    assert code_of(api.call("POST", SUBSCRIBE, raw=huge)) == (413, "too_large")


def test_far_too_many_parameters(api: Caller, anybody: Caller) -> None:
    path = "/repositories?" + "&".join(f"x{number}=1" for number in range(2000))
    assert code_of(api.get(path)) == (413, "too_large")
    assert code_of(anybody.get(path)) == (401, "not_authenticated")


def test_a_foreign_host_gets_the_shape_as_well(api: Caller) -> None:
    sent = api.call("GET", "/me", Host="elsewhere.example")
    assert sent.status_code == 400
    assert "elsewhere" not in sent.content.decode()


def test_a_fault_of_ours_says_nothing_about_us(
    api: Caller, monkeypatch: pytest.MonkeyPatch, caplog: Any, settings: Any
) -> None:
    def broken(request: HttpRequest) -> None:
        raise RuntimeError("a secret of the house")

    settings.DEBUG = True
    monkeypatch.setattr("monitor.api.me.person_of", broken)
    sent = api.get("/me")
    assert code_of(sent) == (500, "internal_error")
    assert "secret" not in sent.content.decode()
    assert "a secret of the house" in caplog.text


def test_even_the_debug_pages_of_django_keep_the_shape(anybody: Caller, settings: Any) -> None:
    settings.DEBUG = True
    assert code_of(anybody.get("/nonsense")) == (404, "not_found")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
BODY = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("repository", "filters", "until", "until_event", "name", "q", "github_login", "working_days", "working_hours", "notifications", "country"), JSON),
)  # fmt: skip
WRITES = [("POST", SUBSCRIBE), ("POST", "/views"), ("PUT", ONE + "/snooze"), ("PATCH", "/me")]


@settings(max_examples=some(10, least=30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=st.sampled_from(WRITES), body=JSON | BODY)
def test_no_json_whatsoever_breaks_a_call(api: Caller, web: Any, call: tuple[str, str], body: Any) -> None:
    sent = api.call(*call, body)
    assert sent.status_code in {200, 201, 400, 404, 409, 422, 502}, sent.content


@settings(max_examples=some(10, least=30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/repositories", "/pull-requests", "/events", ONE]),
    name=st.text(max_size=8),
    value=st.text(max_size=30),
)
def test_no_query_whatsoever_breaks_a_call(api: Caller, web: Any, path: str, name: str, value: str) -> None:
    for query in ({name: value}, {"q": value}, {"limit": value}, {"after": value}):
        try:
            sent = api.get(path, **query)
        except UnicodeEncodeError:
            continue  # a lone surrogate cannot be written in an address
        assert sent.status_code in {200, 410, 422}, sent.content


def test_tokens_are_not_confused_by_their_look(db: None) -> None:
    who = user("wren")
    token, text = ApiToken.create_for(who)
    for wrong in (text.upper(), text[:-1], text + "x", token.digest, f" {text}x"):
        assert Caller().call("GET", "/me", Authorization=f"Bearer {wrong}").status_code == 401


def test_a_list_without_end_is_refused_in_a_few_words(api: Caller) -> None:
    body = {"working_days": [""] * 15_000}
    sent = api.patch("/me", body)
    assert sent.status_code == 422
    assert len(sent.content) < 5_000
    named = {f"field{number}": number for number in range(300)}
    refused = api.patch("/me", named)
    error = refused.json()["error"]
    assert (refused.status_code, len(error["details"])) == (422, 20)
    assert error["message"].endswith("(and 280 errors more, which are not shown)")
    many = api.post("/repositories/subscribe", {"repository": "acme/web", "filters": ["all"] * 21})
    assert many.status_code == 422
