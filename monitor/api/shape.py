"""Middleware: whatever answers below `/api/`, errors have one shape, and HEAD, OPTIONS and a last slash do what they do elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from monitor.api.answers import done
from monitor.api.errors import for_status

PREFIX = "/api/"


class KeepingMethod(HttpResponseRedirect):
    """307: the same method and body, at another address."""

    status_code = 307


class OneShape:
    """Stands first in MIDDLEWARE, so that it sees the pages Django writes for its own errors as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        response = _answered(request, self.get_response)
        if response.status_code == 405 and "Allow" in response:
            response["Allow"] = _allow(response["Allow"])
            if request.method == "OPTIONS":
                return done(Allow=response["Allow"])
        if response.status_code == 404 and _is_there_without_slash(request.path_info):
            return KeepingMethod(_without_slash(request))
        return _shaped(response)


def _answered(request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponseBase]) -> HttpResponseBase:
    if request.method != "HEAD":
        return get_response(request)
    # Routes name GET only; the server leaves the body of an answer to HEAD away.
    request.method = "GET"
    try:
        return get_response(request)
    finally:
        request.method = "HEAD"


def _allow(methods: str) -> str:
    names = {name.strip() for name in methods.split(",")}
    return ", ".join(sorted(names | {"OPTIONS"} | ({"HEAD"} if "GET" in names else set())))


def _is_there_without_slash(path: str) -> bool:
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


def _shaped(response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code < 400 or response.headers.get("Content-Type", "").startswith("application/json"):
        return response
    shaped = for_status(response.status_code).response()
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response:
            shaped[name] = response[name]
    return shaped
