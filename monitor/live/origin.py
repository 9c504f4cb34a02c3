"""Refuses sockets that a foreign page opens: a browser sends our cookie along whichever page asks.

Not by `channels.security.websocket`: its validators see the Origin alone, so they would refuse programs, which have a token and
no Origin, and they cannot hold a page against the host that was asked; with `ALLOWED_HOSTS=*` they let every page in, without it
every port of a host, and an Origin that cannot be read ends in a ValueError.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.http import is_same_domain

from monitor.live.handshake import Handshake, handshake_of

_PORTS = {"http": 80, "https": 443}


class TrustedOrigin:
    """ASGI middleware: HTTP 403 at the handshake for a foreign Origin, and for a session cookie without any."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if is_trusted(handshake_of(scope)):
            await self.application(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close"})  # before the accept: servers answer with 403


def is_trusted(handshake: Handshake) -> bool:
    """Whether the page that opens the socket is ours.

    A program that names no Origin needs a bearer token: a cookie alone does not show which page is behind it.
    Unlike Django's ALLOWED_HOSTS, `*` opens nothing here: the Origin has to be the host that was asked, PUBLIC_URL's
    or one of CSRF_TRUSTED_ORIGINS.
    """
    if handshake.origin is None:
        return handshake.session_key is None or handshake.bearer is not None
    origin = _split(handshake.origin)
    if origin is None:
        return False
    return any(_matches(origin, trusted) for trusted in _named()) or _is_own_host(origin, handshake.headers)


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text.lower())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _PORTS and parts.hostname else None


def _place(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _named() -> Iterator[SplitResult]:
    for text in (settings.PUBLIC_URL, *settings.CSRF_TRUSTED_ORIGINS):
        parts = _split(text)
        if parts is not None:
            yield parts


def _matches(origin: SplitResult, trusted: SplitResult) -> bool:
    """Django's rule for CSRF_TRUSTED_ORIGINS: the same scheme and port; `*.` stands for any subdomain."""
    host, port = _place(trusted)
    return (
        origin.scheme == trusted.scheme
        and _place(origin)[1] == port
        and is_same_domain(_place(origin)[0], host.removeprefix("*"))
    )


def _is_own_host(origin: SplitResult, headers: Mapping[str, str]) -> bool:
    # A cookie for https alone must not be used by a page that came over http, which anybody on the way can forge.
    if settings.SESSION_COOKIE_SECURE and origin.scheme != "https":
        return False
    host = _split(f"{origin.scheme}://{_host_asked(headers)}")
    return host is not None and _place(host) == _place(origin)


def _host_asked(headers: Mapping[str, str]) -> str:
    """The host the request names, as Django reads and checks it; empty when it is not allowed."""
    request = HttpRequest()
    request.META = {
        "HTTP_HOST": headers.get("host", ""),
        "SERVER_NAME": "",
        "SERVER_PORT": "80",
        **({"HTTP_X_FORWARDED_HOST": headers["x-forwarded-host"]} if "x-forwarded-host" in headers else {}),
    }
    try:
        return request.get_host()
    except DisallowedHost:
        return ""
