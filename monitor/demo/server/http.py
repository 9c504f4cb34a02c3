"""One request to the demo GitHub and the response to it, as the parts of the server hand them on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(slots=True)
class Request:
    """What came in, what its headers and body say, and how many `points` of a rate limit it cost."""

    method: str
    path: str
    at: datetime
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    token: str | None = None
    operation: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    query: str | None = None
    points: int = 0

    @property
    def is_graphql(self) -> bool:
        return self.path in ("/graphql", "/api/graphql")

    @property
    def ids(self) -> list[str]:
        """The node ids a batch asks for."""
        ids = self.variables.get("ids")
        return ids if isinstance(ids, list) else []

    @property
    def route(self) -> str:
        """The path without the query and without an Enterprise Server's `/api/v3`."""
        path = urlsplit(self.path).path
        return path.removeprefix("/api/v3").rstrip("/") or "/"

    def argument(self, name: str, default: str) -> str:
        """One argument of the query string."""
        return parse_qs(urlsplit(self.path).query).get(name, [default])[-1]


@dataclass(slots=True)
class Response:
    """Status, body and headers to send; `drop` resets the connection with nothing sent."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False

    @staticmethod
    def json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        return Response(status, json.dumps(value).encode(), {"Content-Type": JSON, **(headers or {})})

    @staticmethod
    def html(text: str, status: int = 200) -> Response:
        return Response(status, text.encode(), {"Content-Type": HTML})

    @staticmethod
    def error(status: int, message: str) -> Response:
        url = "https://docs.github.com/rest"
        return Response.json({"message": message, "documentation_url": url, "status": str(status)}, status)


Respond = Callable[[Request], Response]
Middleware = Callable[[Respond], Respond]
