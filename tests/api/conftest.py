"""A client of the API that checks every response against the OpenAPI document, and errors against their schema."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from monitor.models import ApiToken, Subscription
from monitor.recording.recorder import record
from tests.api.documented import hold, operation_at
from tests.builders import at, repository, snapshot, user

ROOT = "/api/v1"


class Caller:
    """Calls with a bearer token (or none), and reads JSON."""

    def __init__(self, who: User | None = None, client: Client | None = None) -> None:
        self.user: Any = who
        self.client = client or Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {ApiToken.create_for(who)[1]}"} if who and client is None else {}

    def call(self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: Any) -> Any:
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        named = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        sent = self.client.generic(method, ROOT + path, data, content_type="application/json", headers=named)
        check_shape(sent)
        check_document(method, ROOT + path.partition("?")[0], sent)
        return sent

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path + (f"?{urlencode(query)}" if query else ""))

    def read(self, path: str, **query: Any) -> Any:
        """The JSON of a successful GET."""
        sent = self.get(path, **query)
        assert sent.status_code == 200, sent.content
        return sent.json()

    def post(self, path: str, body: Any = None, **headers: Any) -> Any:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any = None) -> Any:
        return self.call("PUT", path, body)

    def patch(self, path: str, body: Any = None) -> Any:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self.call("DELETE", path)


def check_shape(sent: Any) -> None:
    """Errors are JSON of one schema, apart from `/health`; 204 and 304 have no body; no shared cache may store anything."""
    if sent.status_code in {204, 304}:
        assert sent.content == b""
        assert "Content-Type" not in sent
    request = sent.wsgi_request
    if sent.status_code >= 400 and request.method != "HEAD" and not request.path.endswith("/health"):
        assert sent["Content-Type"] == "application/json", sent.content[:300]
        assert int(sent["Content-Length"]) == len(sent.content)
        error = sent.json()["error"]
        assert set(sent.json()) == {"error"}
        assert set(error) == {"code", "message", "details"}
        assert error["code"]
        assert error["message"]
        assert (sent.status_code == 401) == (sent.get("WWW-Authenticate") == "Bearer")
        assert (sent.status_code in {429, 503}) == ("Retry-After" in sent)
        if sent.status_code == 422:
            assert error["details"]
            assert all(set(detail) == {"field", "message"} for detail in error["details"])


def check_document(method: str, path: str, sent: Any) -> None:
    """The response of a documented operation is as documented."""
    operation = operation_at(method, path)
    if operation is not None:
        hold(operation, sent)


def code_of(sent: Any) -> tuple[int, str]:
    """The status and the error's code."""
    return sent.status_code, sent.json()["error"]["code"]


def subscribe(who: User, watched: Any, filters: list[str] | None = None) -> None:
    Subscription.objects.create(user=who, repository=watched, filters=filters or ["all"])


@pytest.fixture(autouse=True)
def calls_of_other_tests_do_not_count(settings: Any, request: pytest.FixtureRequest) -> None:
    """Each test has a cache of its own for the rate limit."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": request.node.nodeid}}


@pytest.fixture
def heron(db: None) -> User:
    made: User = user("heron")
    return made


@pytest.fixture
def api(heron: User) -> Caller:
    """Heron, with a bearer token."""
    return Caller(heron)


@pytest.fixture
def anybody(db: None) -> Caller:
    """A client that is not signed in."""
    return Caller()


@pytest.fixture
def web(heron: User) -> Any:
    """`acme/web`, which heron watches, with three open pull requests, one merged and one closed."""
    watched = repository("acme/web")
    subscribe(heron, watched)
    record(
        watched,
        [
            snapshot(1, updated_at=at(1)),
            snapshot(2, updated_at=at(3), author="wren", assignees=("heron",)),
            snapshot(3, updated_at=at(2), author="wren", draft=True),
            snapshot(4, updated_at=at(9), state="merged", merged_at=at(9), closed_at=at(9)),
            snapshot(5, updated_at=at(8), state="closed", closed_at=at(8)),
        ],
        now=at(10),
    )
    return watched
