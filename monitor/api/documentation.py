"""The API's own description: OpenAPI, Swagger UI and Redoc, all served from here."""

import json
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from monitor.api.answers import dumps, read

# Both draw pictures from data: addresses.
_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# Redoc writes its own style elements and searches in a worker made from a blob; scripts stay ours alone.
_REDOC_POLICY = _POLICY + "; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"


@cache
def _openapi(api: NinjaAPI) -> str:
    return dumps(api.get_openapi_schema())


@require_safe
def openapi(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """OpenAPI 3.1, as JSON."""
    return read(request, _openapi(api))


@require_safe
def swagger(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """Swagger UI: calls can be tried out with the browser's session."""
    # Without a validatorUrl of its own, Swagger UI would send our address to somebody else's server.
    options = {"url": reverse("openapi"), "layout": "BaseLayout", "deepLinking": True, "validatorUrl": None}
    context = {"api": api, "swagger_settings": json.dumps(options), "add_csrf": True}
    return _with_policy(render(request, "ninja/swagger.html", context), _POLICY)


@require_safe
def redoc(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """Redoc: the same to read."""
    return _with_policy(render(request, "api/redoc.html", {"title": api.title}), _REDOC_POLICY)


def _with_policy(response: HttpResponse, policy: str) -> HttpResponse:
    response["Content-Security-Policy"] = policy
    return response
