"""Refuses sockets that a foreign page opens: a browser sends our cookie for any page that opens a socket here.

The validators of `channels.security.websocket` are not enough, because they read only the Origin. They refuse programs,
which have a token and no Origin, and cannot compare a page with the requested host. With `ALLOWED_HOSTS=*` they let in
every page, without it every port of a host, and an unreadable Origin raises ValueError.
"""

from collections.abc import Awaitable, Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.http import is_same_domain

from monitor.live.handshake import Handshake, handshake_of

_PORTS = {"http": 80, "https": 443}


class TrustedOrigin:
    """ASGI middleware: refuses the handshake with HTTP 403 for a foreign Origin, or a session cookie without Origin."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> Awaitable[None]:
        # Not a coroutine of its own, which would wait and take memory as long as the socket is open.
        if is_trusted(handshake_of(scope)):
            accepted: Awaitable[None] = self.application(scope, receive, send)
            return accepted
        return _refuse(receive, send)


async def _refuse(receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.close"})  # before the accept, so the server answers 403


def is_trusted(handshake: Handshake) -> bool:
    """Whether the page that opens the socket belongs to this site.

    A program without Origin needs a bearer token: a cookie alone does not show which page sent it.
    `ALLOWED_HOSTS=*` allows no Origin: the Origin must be the requested host, the host of PUBLIC_URL, or one of
    CSRF_TRUSTED_ORIGINS.
    """
    if handshake.origin is None:
        return handshake.session_key is None or handshake.bearer is not None
    origin = _split(handshake.origin)
    if origin is None:
        return False
    return any(_matches(origin, trusted) for trusted in _configured_origins()) or _is_requested_host(
        origin, handshake.headers
    )


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text.lower())
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in _PORTS and parts.hostname else None


def _host_and_port(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or _PORTS[parts.scheme]


def _configured_origins() -> Iterator[SplitResult]:
    for text in (settings.PUBLIC_URL, *settings.CSRF_TRUSTED_ORIGINS):
        parts = _split(text)
        if parts is not None:
            yield parts


def _matches(origin: SplitResult, trusted: SplitResult) -> bool:
    """Django's rule for CSRF_TRUSTED_ORIGINS: the same scheme and port; `*.` matches any subdomain."""
    trusted_host, trusted_port = _host_and_port(trusted)
    host, port = _host_and_port(origin)
    return (
        origin.scheme == trusted.scheme
        and port == trusted_port
        and is_same_domain(host, trusted_host.removeprefix("*"))
    )


def _is_requested_host(origin: SplitResult, headers: Mapping[str, str]) -> bool:
    # A page that came over http can be forged on the way, so it must not use a cookie that is for https only.
    if settings.SESSION_COOKIE_SECURE and origin.scheme != "https":
        return False
    host = _split(f"{origin.scheme}://{_requested_host(headers)}")
    return host is not None and _host_and_port(host) == _host_and_port(origin)


def _requested_host(headers: Mapping[str, str]) -> str:
    """The host of the request, as Django reads and checks it; empty when Django does not allow the host."""
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
