"""Ends a redirect loop to https: behind a proxy whose headers are not trusted, answers with a page that says why."""

import logging
import re
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.decorators import sync_and_async_middleware

from monitor.api.errors import ApiError

log = logging.getLogger(__name__)
STATUS = 421
# A browser sends this cookie by https only: a request with it has followed the redirect already.
COOKIE = "__Host-redirected"
COOKIE_SECONDS = 60
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
_UNBELIEVED = (
    "The proxy before prmonitor speaks https, but prmonitor does not believe its headers. Set TRUST_PROXY_HEADERS=true, have"
    " the proxy set X-Forwarded-Proto and X-Forwarded-Host itself, and start prmonitor again."
)
_UNSAID = (
    "The proxy before prmonitor speaks https, but does not send X-Forwarded-Proto: https, as TRUST_PROXY_HEADERS=true"
    " expects of it. Have it set that header itself."
)


@sync_and_async_middleware
def ends_circles(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Stands before Django's SecurityMiddleware, whose redirect to https it judges."""
    if iscoroutinefunction(get_response):

        async def later(request: HttpRequest) -> HttpResponseBase:
            return _judged(request, await get_response(request))

        return later

    def at_once(request: HttpRequest) -> HttpResponseBase:
        return _judged(request, get_response(request))

    return at_once


def _judged(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not settings.SECURE_SSL_REDIRECT or not _leads_to_https(request, response):
        return response
    if _came_by_https(request):
        return _told(request)
    response.set_cookie(COOKIE, "1", max_age=COOKIE_SECONDS, secure=True, httponly=True, samesite="Lax")
    return response


def _leads_to_https(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether it is Django's redirect of a request to itself, by https."""
    if response.status_code != 301 or request.is_secure():
        return False
    return response.headers["Location"] == f"https://{request.get_host()}{request.get_full_path()}"


def _came_by_https(request: HttpRequest) -> bool:
    """Whether the proxy, or the browser by its cookie, says so. A lie only brings its teller another answer."""
    first = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    forwarded = re.search(r"(?:^|[;,\s])proto=\"?https\b", request.headers.get("Forwarded", ""), re.IGNORECASE)
    return first == "https" or bool(forwarded) or COOKIE in request.COOKIES


def _told(request: HttpRequest) -> HttpResponse:
    words = _UNSAID if settings.SECURE_PROXY_SSL_HEADER else _UNBELIEVED
    log.warning("A redirect to https would lead in a circle. %s", words)
    if request.path_info.startswith("/api/"):
        return ApiError(STATUS, "misdirected", words).response()
    page = render_to_string("421.html", {"words": words})
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _POLICY}
    return HttpResponse(page, status=STATUS, headers=headers)
