"""A client that openapi-python-client generates from the OpenAPI document reads every response without loss."""

import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import httpx
import pytest
from django.db import transaction
from django.test import Client as Browser

from monitor.models import ApiToken
from tests.api.calls import ANY, BELOW, QUEUED, REFUSALS, STACKED, SUCCESSES, WEB, Acme, Call
from tests.api.documented import operations
from tests.api.test_no_database_connection import unreachable_database
from tests.demo_github import DemoGitHub

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PACKAGE = "generated_client"


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ModuleType]]:
    """The generated module of every operation, by its name."""
    folder = tmp_path_factory.mktemp("client")
    document, config = folder / "openapi.json", folder / "config.yml"
    document.write_bytes(Browser().get("/openapi.json").content)
    config.write_text("post_hooks: []\n")
    generate = ("generate", "--fail-on-warning", "--meta", "none", "--config", config, "--path", document)
    command = [sys.executable, "-m", "openapi_python_client", *generate, "--output-path", folder / PACKAGE]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield _modules(folder / PACKAGE / "api")
    sys.path.remove(str(folder))


def _modules(folder: Path) -> dict[str, ModuleType]:
    found = pkgutil.walk_packages([str(folder)], f"{PACKAGE}.api.")
    return {one.name.rpartition(".")[2]: importlib.import_module(one.name) for one in found if not one.ispkg}


@pytest.fixture
def acme(heron: Any, github: DemoGitHub, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Acme:
    return Acme(heron, github, settings, monkeypatch)


class ThroughDjango(httpx.BaseTransport):
    """Sends requests to the application in this process, after `mend` has changed them."""

    def __init__(self, mend: Callable[[httpx.Request], httpx.Request]) -> None:
        self.mend = mend

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request = self.mend(request)
        headers = {name: value for name, value in request.headers.items() if name not in {"host", "content-length"}}
        browser = Browser(raise_request_exception=False, enforce_csrf_checks=True, headers=headers)
        kind = request.headers.get("Content-Type", "")
        sent = browser.generic(request.method, request.url.raw_path.decode(), request.read(), content_type=kind)
        return httpx.Response(sent.status_code, headers=list(sent.headers.items()), content=sent.content)


class Caller:
    """Makes calls with the generated client. `mend` changes each request before it is sent."""

    def __init__(self, modules: dict[str, ModuleType], token: str | None) -> None:
        self.modules, self.token = modules, token
        self.mend: Callable[[httpx.Request], httpx.Request] = lambda request: request
        self.cookies: dict[str, str] = {}

    def client(self) -> Any:
        made = importlib.import_module(f"{PACKAGE}.client")
        how = {
            "base_url": "http://testserver",
            "raise_on_unexpected_status": True,
            "cookies": self.cookies,
            "httpx_args": {"transport": ThroughDjango(self.mend)},
        }
        return made.AuthenticatedClient(**how, token=self.token) if self.token else made.Client(**how)

    def __call__(self, call: Call, **more: Any) -> Any:
        """The response as the client parsed it, with the status that `call` expects."""
        asked = self.modules[call.name].sync_detailed
        hints = get_type_hints(asked)
        body = {} if call.body is None else {"body": call.body}
        given = {key: _typed(hints[key], value) for key, value in (call.parameters | body | more).items()}
        answer = asked(client=self.client(), **given)
        assert answer.status_code == call.status, (call, answer.content)
        if answer.content:
            assert _plain(answer.parsed.to_dict()) == json.loads(answer.content), call
        return answer


def _typed(hint: Any, value: Any) -> Any:
    """`value` as the client's own types."""
    for kind in get_args(hint) or (hint,):
        if isinstance(value, dict) and hasattr(kind, "from_dict"):
            return kind.from_dict(value)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return kind(value)
    return value


def _plain(value: Any) -> Any:
    """The JSON that the client writes; it has its own format for times."""
    match value:
        case dict():
            return {key: _plain(one) for key, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case str() if value.endswith("+00:00"):
            return value.replace("+00:00", "Z")
    return value


@pytest.fixture
def caller(calls: dict[str, ModuleType], acme: Acme) -> Caller:
    return Caller(calls, ApiToken.create_for(acme.heron)[1])


def test_every_call_is_there(calls: dict[str, ModuleType]) -> None:
    assert set(calls) == set(operations())


def test_every_answer_of_its_own(caller: Caller, acme: Acme) -> None:
    for call in SUCCESSES + REFUSALS:
        with transaction.atomic():
            caller(acme.prepare(call))
            transaction.set_rollback(True)


def test_what_is_read_has_types_of_its_own(caller: Caller, acme: Acme) -> None:
    pull_request = caller(Call("get_pull_request", 200, {"owner": "acme", "name": "web", "number": 2})).parsed
    assert {turn.as_.value for turn in pull_request.turn} == {"author", "reviewer"}
    assert pull_request.as_of.isoformat() == "2026-03-02T09:07:00+00:00"
    renamed = next(one for event in pull_request.history for one in event.changes if one.kind.value == "retitled")
    assert (renamed.from_, renamed.to) == ("Change number 2", "Another title")
    assert pull_request.claimed.login == "heron"


def test_what_decides_about_the_merge_has_types_of_its_own(caller: Caller, acme: Acme) -> None:
    one, stacked = (caller(Call("get_pull_request", 200, WEB | {"number": it})).parsed for it in (QUEUED, STACKED))
    assert (one.decision.value, one.merge_queue, one.unresolved_threads) == ("review_required", None, 0)
    assert [(entry.name, entry.settled and entry.settled.value) for entry in one.requests] == [
        ("finch", "enough"), ("finch", None),
    ]  # fmt: skip
    assert (stacked.stacked_on, stacked.waits_for.code.value, stacked.waits_for.reason) == (
        BELOW,
        "stacked",
        "waits for #7",
    )
    changes = {change.kind.value: change for event in one.history for change in event.changes}
    assert (changes["decision_changed"].from_, changes["decision_changed"].to) == ("approved", "review_required")
    assert changes["unqueued"].reason == "failed_checks"
    assert changes["reviewed"].by_push is True
    (restacked,) = (
        change for event in stacked.history for change in event.changes if change.kind.value == "stack_changed"
    )
    assert (restacked.from_, restacked.to) == (None, BELOW)


def test_nothing_is_sent_where_it_has_not_changed(caller: Caller, acme: Acme) -> None:
    for call in _with(304):
        tag = caller(call).headers["ETag"]
        caller(_expecting(304, call), if_none_match=tag)


def test_nobody_is_signed_in(calls: dict[str, ModuleType], acme: Acme) -> None:
    for call in _with(401):
        answer = Caller(calls, None)(_expecting(401, acme.prepare(call)))
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_without_the_token_against_forgery(calls: dict[str, ModuleType], acme: Acme) -> None:
    browser = Browser()
    browser.force_login(acme.heron)
    caller = Caller(calls, None)
    caller.cookies = {"sessionid": browser.cookies["sessionid"].value}
    for call in _with(403):
        if call.operation.method != "GET":
            caller(_expecting(403, acme.prepare(call)))


def test_an_unknown_parameter(caller: Caller, acme: Acme) -> None:
    caller.mend = lambda request: _again(request, url=request.url.copy_add_param("unknown", "1"))
    for call in _with(422):
        details = caller(_expecting(422, acme.prepare(call))).parsed.error.details
        assert [detail.field for detail in details] == ["unknown"]


@pytest.mark.parametrize(("status", "content"), [(400, b"{"), (413, b" " * 3_000_000)])
def test_a_body_that_cannot_be_read(caller: Caller, acme: Acme, status: int, content: bytes) -> None:
    caller.mend = lambda request: _again(request, content=content)
    for call in _with(status):
        caller(_expecting(status, acme.prepare(call)))


def test_too_many_calls(caller: Caller, acme: Acme, settings: Any) -> None:
    settings.API_RATE_PER_MINUTE = 0
    for call in _with(429):
        assert int(caller(_expecting(429, acme.prepare(call))).headers["Retry-After"]) >= 1


@pytest.mark.django_db(transaction=True)
def test_a_database_without_a_connection_to_spare(caller: Caller, acme: Acme) -> None:
    for call in _with(503):
        if "security" in call.operation.about:
            prepared = _expecting(503, acme.prepare(call))
            with unreachable_database():
                assert caller(prepared).parsed.error.code.value == "unavailable"


def _again(request: httpx.Request, **changed: Any) -> httpx.Request:
    kept = {"url": request.url, "content": request.read()} | changed
    return httpx.Request(request.method, headers=request.headers, **kept)


def _with(status: int) -> list[Call]:
    """One call of each operation that documents `status`."""
    return [call for call in ANY.values() if status in call.operation.statuses]


def _expecting(status: int, call: Call) -> Call:
    return Call(call.name, status, call.parameters, call.body)


def test_no_promised_answer_is_left_out() -> None:
    asked_of_all = {304, 400, 401, 403, 413, 422, 429, 503}
    got = {(call.name, call.status) for call in SUCCESSES + REFUSALS}
    promised = {(name, status) for name, one in operations().items() for status in one.statuses - asked_of_all}
    assert promised <= got
    assert {name for name, _ in promised} == set(ANY)
