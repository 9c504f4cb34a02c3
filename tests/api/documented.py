"""Checks responses against the OpenAPI document: status, headers and JSON."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from jsonschema_rs import Draft202012Validator

from prmonitor.api import api

# Whatever the address, and before any call is found: too many parameters, a foreign host, a fault of ours.
NOWHERE_SAID = {405, 500}
ABOUT_THE_ADDRESS = {400, 413}


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.about["operationId"])

    @property
    def statuses(self) -> set[int]:
        return {int(status) for status in self.about["responses"]}

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(self.path)))


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as prmonitor serves it."""
    return api.get_openapi_schema()


@cache
def operations() -> dict[str, Operation]:
    """Every operation by its name; those with fewer path parameters first."""
    found = [
        Operation(method.upper(), path, about)
        for path, calls in sorted(document()["paths"].items(), key=lambda pair: pair[0].count("{"))
        for method, about in calls.items()
    ]
    return {one.name: one for one in found}


@cache
def _validator(name: str) -> Any:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
    return Draft202012Validator(schema, validate_formats=True)


def operation_at(method: str, path: str) -> Operation | None:
    """The operation behind an address, as the server routes it; None if there is none."""
    plain = unquote(path)
    met = (one for one in operations().values() if one.method == method and one.pattern.fullmatch(plain))
    return next(met, None)


def hold(operation: Operation, sent: Any) -> None:
    """Fails if the response `sent` (`status_code`, `headers`, `content`) is not as documented."""
    if sent.status_code in NOWHERE_SAID or (sent.status_code in ABOUT_THE_ADDRESS and operation.method == "GET"):
        return
    assert sent.status_code in operation.statuses, (operation.name, sent.status_code)
    answer = operation.about["responses"][str(sent.status_code)]
    for name, header in answer.get("headers", {}).items():
        assert name in sent.headers or not header.get("required"), (operation.name, sent.status_code, name)
    content = answer.get("content")
    assert bool(content) == bool(sent.content), (operation.name, sent.status_code)
    if content:
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        _validator(name).validate(json.loads(sent.content))
