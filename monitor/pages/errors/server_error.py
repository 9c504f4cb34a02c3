"""Answers unhandled exceptions: 503 when the database refuses a connection, 500 for all others."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import server_error

from monitor.api.errors import RETRY_SECONDS_DATABASE, no_connection, unavailable


def handle_server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: 503 with `Retry-After` while the database refuses connections, else 500."""
    if not no_connection(sys.exc_info()[1]):
        return server_error(request)
    if request.path_info.startswith("/api/"):
        return unavailable().response()
    headers = {"Retry-After": str(RETRY_SECONDS_DATABASE), "Cache-Control": "no-store"}
    return HttpResponse(loader.get_template("503.html").render(), status=503, headers=headers)
