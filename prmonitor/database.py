"""Middleware: a request gives its database connections back when it ends."""

from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ConnectionsEndWithTheRequest:
    """Closes what the request has opened, unless a transaction around it is somebody else's (a test's).

    Under ASGI each request has a thread of its own: a connection that outlives it (CONN_MAX_AGE is for workers and the
    live feed) serves nobody again, and twenty readers at once soon use up all that PostgreSQL gives.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            for connection in connections.all(initialized_only=True):
                if not connection.in_atomic_block:
                    connection.close()
