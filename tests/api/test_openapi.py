"""The documentation says what is there, and what is there is as documented."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pydantic import BaseModel

from monitor import schemas
from monitor.cluster.ticking import beat
from monitor.recording import record
from notifications import schemas as told
from notifications.models import Delivery
from tests.api.conftest import ROOT, Caller, subscribe
from tests.builders import asked, at, item, label, repository, review, snapshot

pytestmark = pytest.mark.django_db
MODELS = {
    name: model
    for module in (schemas, told)
    for name, model in vars(module).items()
    if isinstance(model, type) and issubclass(model, BaseModel)
}
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
    "/views/{view_id}": {"delete"},
    "/events": {"get"},
    "/me": {"get", "patch"},
    "/deliveries": {"get"},
    "/health": {"get"},
}


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
            assert {"401", "429"} <= set(call["responses"]), path
            assert ("422" in call["responses"]) >= bool(call.get("parameters")) * (method == "get") * (
                "limit" in str(call)
            )
            for status, answer in call["responses"].items():
                if int(status) >= 400:
                    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/Error")
    assert len(names) == len(set(names))
    assert document["components"]["securitySchemes"]["BearerToken"]["scheme"] == "bearer"


def test_parameters_are_described(document: Any) -> None:
    parameters = [
        one for calls in document["paths"].values() for call in calls.values() for one in call.get("parameters", [])
    ]
    assert {one["name"] for one in parameters if one["in"] == "query"} == {
        "limit", "offset", "q", "state", "after", "pull_request", "user",
    }  # fmt: skip
    # OpenAPI wants a map here, JSON Schema a list: neither may stand in for the other.
    assert not any(isinstance(one.get("examples"), list) for one in parameters)


def test_every_reference_leads_somewhere(document: Any) -> None:
    known = document["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/([^"]+)"', Client().get("/openapi.json").content.decode()):
        assert name in known


def test_the_same_document_at_both_addresses(db: None) -> None:
    assert Client().get("/openapi.json").content == Client().get(f"{ROOT}/openapi.json").content


@pytest.fixture
def everything(heron: User) -> None:
    """A pull request on which everything that can be there is there."""
    watched = repository("acme/web", last_polled_at=at(1))
    subscribe(heron, watched)
    beat()
    timeline = (
        item("review_requested", 0, "wren", "heron"),
        item("review_requested", 0, None, "acme/platform"),
        item("reviewed", 3, "robin", "approved"),
        item("labeled", 4, "wren", "bug"),
    )
    full = snapshot(
        2,
        author="wren",
        labels=(label("bug"),),
        assignees=("heron",),
        review_requests=(asked("heron"), asked("acme/platform", code_owner=True)),
        reviews=(review("robin", minutes=3), review(None, "commented", 2)),
        timeline=timeline,
        updated_at=at(4),
    )
    record(watched, [full, snapshot(1, author=None), snapshot(3, draft=True)], now=at(5))
    pull_request = watched.pull_requests.get(number=2)
    Delivery.objects.create(
        user=heron, pull_request=pull_request, event=1, asked_kind="user", asked_name="heron", recipient="heron", due_at=at(6)
    )  # fmt: skip


ANSWERS: list[tuple[str, str, Any]] = [
    ("GET", "/repositories", None),
    ("GET", "/repositories/{owner}/{name}", None),
    ("POST", "/repositories/subscribe", {"repository": "acme/web"}),
    ("POST", "/repositories/unsubscribe", {"repository": "acme/web"}),
    ("POST", "/repositories/{owner}/{name}/refresh", None),
    ("GET", "/repositories/{owner}/{name}/pull-requests", None),
    ("GET", "/pull-requests", None),
    ("GET", "/pull-requests/{owner}/{name}/{number}", None),
    ("PUT", "/pull-requests/{owner}/{name}/{number}/snooze", {"until_event": "any_update"}),
    ("DELETE", "/pull-requests/{owner}/{name}/{number}/snooze", None),
    ("PUT", "/pull-requests/{owner}/{name}/{number}/claim", None),
    ("DELETE", "/pull-requests/{owner}/{name}/{number}/claim", None),
    ("GET", "/views", None),
    ("POST", "/views", {"name": "Home", "q": ""}),
    ("DELETE", "/views/{view_id}", None),
    ("GET", "/events", None),
    ("GET", "/me", None),
    ("PATCH", "/me", {"country": "SE"}),
    ("GET", "/deliveries", None),
    ("GET", "/health", None),
]


def test_no_call_is_left_out_below() -> None:
    assert {(method.lower(), path) for method, path, _ in ANSWERS} == {
        (method, path) for path, methods in CALLS.items() for method in methods
    }


@pytest.mark.parametrize(("method", "path", "body"), ANSWERS)
def test_answers_are_as_documented(
    api: Caller, everything: None, document: Any, method: str, path: str, body: Any
) -> None:
    filled = path.format(owner="acme", name="web", number=2, view_id="nonsense")
    sent = api.call(method, filled, body)
    documented = document["paths"][ROOT + path][method.lower()]["responses"][str(sent.status_code)]
    content = documented.get("content")
    assert bool(content) == bool(sent.content)
    if content:
        model = MODELS[content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
        # Models refuse keys they do not name, and miss those that are not there.
        model.model_validate_json(sent.content, strict=False)


def test_the_models_would_notice() -> None:
    good = {"error": {"code": "x", "message": "y", "details": None}}
    assert schemas.Error.model_validate(good)
    for bad in ({"error": {"code": "x"}}, good | {"detail": "z"}):
        with pytest.raises(ValueError, match="validation error"):
            schemas.Error.model_validate(bad)


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
