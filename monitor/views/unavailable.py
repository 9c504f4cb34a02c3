"""What a fault is answered with: a database that gives no connection is a matter of waiting, all else is ours."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import server_error

from monitor.api.errors import RETRY_SECONDS_DATABASE, no_connection, unavailable


def fault(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: 503 with `Retry-After` while no connection is to be had, 500 otherwise."""
    if not no_connection(sys.exc_info()[1]):
        return server_error(request)
    if request.path_info.startswith("/api/"):
        return unavailable().response()
    headers = {"Retry-After": str(RETRY_SECONDS_DATABASE), "Cache-Control": "no-store"}
    return HttpResponse(loader.get_template("503.html").render(), status=503, headers=headers)
