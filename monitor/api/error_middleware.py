"""Middleware for `/api/`: errors are JSON, HEAD and OPTIONS work, and an address with a last slash redirects."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from monitor.api.errors import for_status
from monitor.api.responses import no_content

PREFIX = "/api/"


class TemporaryRedirect(HttpResponseRedirect):
    """307: the client repeats the request at another address, with the same method and body."""

    status_code = 307


class ApiErrorMiddleware:
    """Turns every error below `/api/` into JSON. It is first in MIDDLEWARE, to see Django's own error pages too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = _get_response(request, self.get_response)
        if response.status_code == 405 and "Allow" in response:
            response["Allow"] = _complete_allow(response["Allow"])
            if request.method == "OPTIONS":
                return no_content(Allow=response["Allow"])
        if response.status_code == 404 and _exists_without_slash(request.path_info):
            return TemporaryRedirect(_without_slash(request))
        return _as_api_error(response)


def _get_response(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
    if request.method != "HEAD":
        return get_response(request)
    # Routes have GET only. The server drops the body of the response to HEAD.
    request.method = "GET"
    try:
        return get_response(request)
    finally:
        request.method = "HEAD"


def _complete_allow(methods: str) -> str:
    names = {name.strip() for name in methods.split(",")}
    return ", ".join(sorted(names | {"OPTIONS"} | ({"HEAD"} if "GET" in names else set())))


def _exists_without_slash(path: str) -> bool:
    if not path.endswith("/"):
        return False
    try:
        resolve(path.rstrip("/"))
    except Resolver404:
        return False
    return True


def _without_slash(request: HttpRequest) -> str:
    query = request.META.get("QUERY_STRING", "")
    return request.path.rstrip("/") + (f"?{query}" if query else "")


def _as_api_error(response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code < 400 or response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    shaped = for_status(response.status_code).response()
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response:
            shaped[name] = response[name]
    return shaped
