"""Middleware: an address with the former name of a repository leads to its present name, for pages and the API."""

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from monitor import queries

_OF_A_REPOSITORY = re.compile(
    r"(?P<before>/(?:api/v1/)?(?:repositories|pull-requests)/)(?P<name>[^/]+/[^/]+)(?P<after>(?:/.*)?)"
)


class FormerNamesMiddleware:
    """Answers 308 in place of 404. Only what is not there now is looked for, so present names cost nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return (_redirect(request) or response) if response.status_code == 404 else response


def _redirect(request: HttpRequest) -> HttpResponseBase | None:
    address, user = _OF_A_REPOSITORY.fullmatch(request.path_info), _signed_in(request)
    if address is None or user is None:
        return None
    found = queries.repository_formerly_named(user, address["name"])
    if found is None:
        return None
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    present = f"{address['before']}{found.full_name}{address['after']}{query}"
    return HttpResponsePermanentRedirect(present, preserve_request=True)


def _signed_in(request: HttpRequest) -> Any:
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None
