"""The request that opens a socket: its credential, the page it comes from, its cursor."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie

from monitor.accounts.bearer_tokens import bearer_in

_DIGITS = re.compile(r"[0-9]{1,1000}")
# Above any event id, and small enough for the database. A longer number counts as this cursor, which is too new.
_MAX_CURSOR = 2**62


class BadCursor(ValueError):
    """`after` is not a number."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """The parts of the request that prmonitor reads. `bearer` and `session_key` are not checked yet."""

    headers: Mapping[str, str]
    query: Mapping[str, list[str]]
    bearer: str | None
    session_key: str | None

    @property
    def origin(self) -> str | None:
        """The origin of the page, which browsers send and programs do not."""
        return self.headers.get("origin")

    @property
    def after(self) -> int | None:
        """The cursor from which the client wants missed events; None: no missed events. Errors: BadCursor."""
        if "after" not in self.query:
            return None
        text = self.query["after"][-1]
        if not _DIGITS.fullmatch(text):
            raise BadCursor("after takes the id of an event")
        return min(int(text), _MAX_CURSOR)

    @property
    def batch(self) -> bool:
        """Whether the client takes several frames joined in one."""
        return self.query.get("batch", ["0"])[-1] == "1"


def handshake_of(scope: Mapping[str, Any]) -> Handshake:
    """Reads an ASGI scope; ignores what is not well-formed."""
    headers = _joined(scope.get("headers", ()))
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    cookies = parse_cookie(headers.get("cookie", ""))
    session_key = cookies.get(settings.SESSION_COOKIE_NAME) or None
    return Handshake(headers, query, bearer_in(headers.get("authorization", "")), session_key)


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        separator = "; " if name == "cookie" else ", "
        joined[name] = f"{joined[name]}{separator}{value}" if name in joined else value
    return joined
