"""The documentation of the API: the OpenAPI document, Swagger UI and Redoc. No file comes from another server."""

import json
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from monitor.api.responses import dumps, read_response

# Swagger UI and Redoc both load images from `data:` addresses.
_POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# Redoc adds style elements, and runs its search in a worker made from a blob. Scripts still come from 'self' only.
_REDOC_POLICY = _POLICY + "; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:"


@cache
def _openapi(api: NinjaAPI) -> str:
    return dumps(api.get_openapi_schema())


@require_safe
def openapi(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """The OpenAPI 3.1 document as JSON."""
    return read_response(request, _openapi(api))


@require_safe
def swagger(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """Swagger UI, where a reader can try operations with the browser's session."""
    # Without this validatorUrl, Swagger UI would send prmonitor's address to a public server.
    options = {"url": reverse("openapi"), "layout": "BaseLayout", "deepLinking": True, "validatorUrl": None}
    context = {"api": api, "swagger_settings": json.dumps(options), "add_csrf": True}
    return _with_policy(render(request, "ninja/swagger.html", context), _POLICY)


@require_safe
def redoc(request: HttpRequest, api: NinjaAPI) -> HttpResponse:
    """Redoc, the documentation for reading."""
    return _with_policy(render(request, "api/redoc.html", {"title": api.title}), _REDOC_POLICY)


def _with_policy(response: HttpResponse, policy: str) -> HttpResponse:
    response["Content-Security-Policy"] = policy
    return response
