"""The types that openapi-typescript generates from the OpenAPI document fit every response, by the compiler."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.api.calls import REFUSALS, SUCCESSES, Acme, Call
from tests.api.conftest import ROOT, Caller
from tests.api.documented import document
from tests.demo_github import DemoGitHub

HERE = Path(__file__).with_name("typescript")
TOOLS = HERE / "node_modules" / ".bin"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(
        not TOOLS.is_dir() and not os.environ.get("CI"),
        reason="needs `npm ci` in tests/api/typescript; .ci/run does it",
    ),
]
JSON = '["content"]["application/json"]'
# What the compiler has to refuse, or it would prove nothing.
WRONG = """\
// @ts-expect-error: the key is `as`
export const turn: components["schemas"]["Turn"] = {login: "heron", team: null, as_: "author", code: "comments", reason: "", since: ""};
// @ts-expect-error: no such state
export const state: components["schemas"]["PullRequestState"] = "shut";
// @ts-expect-error: a key that answers do not hold
export const label: components["schemas"]["Label"] = {name: "bug", color: "d73a4a", more: 1};
// @ts-expect-error: no such status
export type Teapot = operations["get_me"]["responses"][418];
"""


def _told(caller: Caller, acme: Acme) -> Iterator[str]:
    for number, call in enumerate(SUCCESSES + REFUSALS):
        with transaction.atomic():
            sent = _sent(caller, acme.prepare(call))
            transaction.set_rollback(True)
        assert sent.status_code == call.status, call
        said = f'operations["{call.name}"]'
        if sent.content:
            yield f"export const answer{number}: {said}['responses'][{call.status}]{JSON} = {_literal(sent.json())};"
        if call.body is not None:
            yield f"export const body{number}: NonNullable<{said}['requestBody']>{JSON} = {_literal(call.body)};"


def _sent(caller: Caller, call: Call) -> Any:
    return caller.call(call.operation.method, call.address.removeprefix(ROOT), call.body)


def _literal(value: Any) -> str:
    return json.dumps(value)


def _run(*command: object) -> None:
    made = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr


def test_the_compiler_takes_every_answer(
    api: Caller, heron: Any, github: DemoGitHub, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    acme = Acme(heron, github, settings, monkeypatch)
    (tmp_path / "openapi.json").write_text(json.dumps(document()))
    _run(TOOLS / "openapi-typescript", tmp_path / "openapi.json", "--output", tmp_path / "openapi.ts")
    lines = ['import type {components, operations} from "./openapi";', *_told(api, acme), WRONG]
    (tmp_path / "answers.ts").write_text("\n".join(lines))
    strict = ("--strict", "--noEmit", "--exactOptionalPropertyTypes", "--skipLibCheck")
    _run(TOOLS / "tsc", *strict, tmp_path / "answers.ts")
