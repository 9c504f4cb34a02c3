"""The OpenAPI document describes what exists; `tests/api/conftest.py` checks every response against it."""

import json
import re
from typing import Any

import pytest
from django.http import JsonResponse
from django.test import Client
from jsonschema_rs import Draft202012Validator, ValidationError

from tests.api.conftest import ROOT, Caller
from tests.api.documented import hold, operation_at

pytestmark = pytest.mark.django_db
CALLS = {
    "/repositories/subscribe": {"post"},
    "/repositories/unsubscribe": {"post"},
    "/repositories": {"get"},
    "/repositories/{owner}/{name}": {"get"},
    "/repositories/{owner}/{name}/pull-requests": {"get"},
    "/repositories/{owner}/{name}/refresh": {"post"},
    "/pull-requests": {"get"},
    "/pull-requests/{owner}/{name}/{number}": {"get"},
    "/pull-requests/{owner}/{name}/{number}/snooze": {"put", "delete"},
    "/pull-requests/{owner}/{name}/{number}/claim": {"put", "delete"},
    "/views": {"get", "post"},
    "/views/{id}": {"delete"},
    "/events": {"get"},
    "/me": {"get", "patch"},
    "/deliveries": {"get"},
    "/why": {"get"},
    "/health": {"get"},
}


NAMES = [
    "claim_pull_request",
    "create_view",
    "delete_view",
    "explain_pull_request",
    "get_health",
    "get_me",
    "get_pull_request",
    "get_repository",
    "list_deliveries",
    "list_events",
    "list_pull_requests",
    "list_repositories",
    "list_repository_pull_requests",
    "list_views",
    "refresh_repository",
    "snooze_pull_request",
    "subscribe_to_repository",
    "unclaim_pull_request",
    "unsnooze_pull_request",
    "unsubscribe_from_repository",
    "update_me",
]


@pytest.fixture
def document() -> Any:
    return Client().get("/openapi.json").json()


def test_every_call_is_documented_and_nothing_else(document: Any) -> None:
    assert {path: set(calls) for path, calls in document["paths"].items()} == {
        ROOT + path: methods for path, methods in CALLS.items()
    }
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "prmonitor"


def test_every_call_has_words_a_tag_its_errors_and_its_sign_in(document: Any) -> None:
    names = []
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            names.append(call["operationId"])
            assert call["summary"], path
            assert call["description"], path
            assert len(call["tags"]) == 1, path
            if path.endswith("/health"):
                assert "security" not in call
                continue
            assert call["security"] == [{"BearerToken": []}, {"BrowserSession": []}]
            assert {"401", "422", "429"} <= set(call["responses"]), path
            assert ("304" in call["responses"]) == (method == "get"), path
            assert ("403" in call["responses"]) >= (method != "get"), path
            for status, answer in call["responses"].items():
                if int(status) >= 400:
                    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Error")
            assert list(call["responses"]) == sorted(call["responses"])
    assert sorted(names) == NAMES
    assert document["components"]["securitySchemes"]["BearerToken"]["scheme"] == "bearer"


def test_parameters_are_described(document: Any) -> None:
    parameters = [
        one for calls in document["paths"].values() for call in calls.values() for one in call.get("parameters", [])
    ]
    assert all(one["description"] for one in parameters)
    assert {one["name"] for one in parameters if one["in"] == "query"} == {
        "limit", "offset", "q", "state", "after", "pull_request", "user",
    }  # fmt: skip
    assert '"null"' not in json.dumps(parameters)
    # OpenAPI wants a map here, JSON Schema a list: neither may stand in for the other.
    assert not any(isinstance(one.get("examples"), list) for one in parameters)


def test_every_reference_leads_somewhere(document: Any) -> None:
    known = document["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/([^"]+)"', Client().get("/openapi.json").content.decode()):
        assert name in known


def test_the_same_document_at_both_addresses(db: None) -> None:
    assert Client().get("/openapi.json").content == Client().get(f"{ROOT}/openapi.json").content


def test_an_answer_that_is_not_as_documented_is_noticed(api: Caller) -> None:
    me = operation_at("GET", f"{ROOT}/me")
    assert me is not None
    sent = api.get("/me")
    hold(me, sent)
    for wrong in ({"id": "7"}, {"country": 7}, {"more": 1}, {"time_zone": None}):
        with pytest.raises(ValidationError):
            hold(me, JsonResponse(sent.json() | wrong, headers={"ETag": "x"}))
    with pytest.raises(AssertionError):
        hold(me, JsonResponse(sent.json()))
    with pytest.raises(AssertionError):
        hold(me, JsonResponse({}, status=418))


@pytest.mark.parametrize("path", ["/docs", "/redoc", f"{ROOT}/docs", f"{ROOT}/redoc"])
def test_documentation_comes_from_here_alone(db: None, path: str) -> None:
    sent = Client().get(path)
    page = sent.content.decode()
    assert sent.status_code == 200
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    # Nothing inline: the policy forbids it.
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    scripts = re.findall(r"<script([^>]*)>", page)
    assert scripts
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)
    assert "'unsafe-inline'" not in sent["Content-Security-Policy"].replace("style-src 'self' 'unsafe-inline'", "")
    for source in re.findall(r"""(?:src|href)=["'](/static/[^"']+)""", page):
        assert Client().get(source).status_code == 200, source


PATTERNS: list[tuple[str, str, list[str], list[str]]] = [
    (
        "Subscribe",
        "repository",
        ["a/b", "octo-org/.github", "a/..."],
        ["a", "a/b/c", "a/..", "-a/b", "a b/c", "a/b\x00"],
    ),
    ("NewView", "name", [" x ", "Ä"], ["", "  ", "a\x00b", "\u3000", "x" * 101, f" {'x' * 100}"]),
    ("NewView", "q", ["", "is:open"], ["\x00", "x" * 2001]),
    ("HoursChange", "start", ["00:00", "23:59"], ["24:00", "9:00", "09:00:00", "09:60"]),
    ("MeChange", "github_login", ["octocat"], ["@octocat", "a/b", ""]),
    ("MeChange", "slack_user_id", ["U012AB3CD", ""], ["octocat"]),
    ("MeChange", "country", ["de"], ["Germany"]),
    ("Delivery", "pull_request", ["a/b#1"], ["a/b", "a/b#x", "a/..#1"]),
]


@pytest.mark.parametrize(("name", "key", "good", "bad"), PATTERNS)
def test_formats_are_in_the_document(document: Any, name: str, key: str, good: list[str], bad: list[str]) -> None:
    schema = document["components"]["schemas"][name]["properties"][key]
    kind = Draft202012Validator(schema)
    assert [text for text in good if not kind.is_valid(text)] == []
    assert [text for text in bad if kind.is_valid(text)] == []


# In JSON true is no number and "1" none either; 7.0 is one, and the same as 7.
STRICT: list[tuple[dict[str, Any], str | None]] = [
    ({"notifications": {"digest_hour": False}}, "notifications.digest_hour"),
    ({"notifications": {"digest_hour": "7"}}, "notifications.digest_hour"),
    ({"notifications": {"digest_hour": 7.5}}, "notifications.digest_hour"),
    ({"notifications": {"digest_hour": 7.0}}, None),
    ({"notifications": {"slack": 1}}, "notifications.slack"),
    ({"notifications": {"digest": "true"}}, "notifications.digest"),
    ({"working_days": [True]}, "working_days.0"),
    ({"working_days": ["1"]}, "working_days.0"),
    ({"working_days": [1.0, 2]}, None),
    ({"working_hours": {"start": 540}}, "working_hours.start"),
]


def test_bodies_are_taken_by_the_types_of_json(api: Caller, document: Any) -> None:
    schema = {"$ref": "#/components/schemas/MeChange", "components": document["components"]}
    for body, field in STRICT:
        sent = api.patch("/me", body)
        assert Draft202012Validator(schema).is_valid(body) == (field is None), body
        if field is None:
            assert sent.status_code == 200, body
        else:
            assert sent.json()["error"]["details"][0]["field"] == field, body
