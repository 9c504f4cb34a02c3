"""What a socket's opening request says: who, from which page, and since when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http import parse_cookie

from monitor.authentication import bearer_in

# Longer than any event id, and no longer than the database takes: such a cursor is merely ahead of the head.
_DIGITS = re.compile(r"[0-9]{1,1000}")
_FAR_AHEAD = 2**62


class BadCursor(ValueError):
    """`after` is not a number."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """The parts of the request that count. `bearer` and `session_key` are unchecked."""

    headers: Mapping[str, str]
    query: Mapping[str, list[str]]
    bearer: str | None
    session_key: str | None

    @property
    def origin(self) -> str | None:
        """The page's origin as the browser says; programs send none."""
        return self.headers.get("origin")

    @property
    def after(self) -> int | None:
        """The cursor to catch up from; None: start now. Errors: BadCursor."""
        if "after" not in self.query:
            return None
        text = self.query["after"][-1]
        if not _DIGITS.fullmatch(text):
            raise BadCursor("after takes the id of an event")
        return min(int(text), _FAR_AHEAD)

    @property
    def batch(self) -> bool:
        """Whether bursts may come joined in one frame."""
        return self.query.get("batch", ["0"])[-1] == "1"


def handshake_of(scope: Mapping[str, Any]) -> Handshake:
    """Reads an ASGI scope; what is not well-formed counts as not there."""
    headers = _joined(scope.get("headers", ()))
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    cookies = parse_cookie(headers.get("cookie", ""))
    session_key = cookies.get(settings.SESSION_COOKIE_NAME) or None
    return Handshake(headers, query, bearer_in(headers.get("authorization", "")), session_key)


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        glue = "; " if name == "cookie" else ", "
        found[name] = f"{found[name]}{glue}{value}" if name in found else value
    return found
