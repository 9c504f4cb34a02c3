"""Middleware: a request gives its database connections back when it ends."""

from collections.abc import Callable

from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ConnectionsEndWithTheRequest:
    """Closes the connections that the request used; closing a pooled connection returns the connection to the pool.

    Under ASGI each request has a thread of its own, so a connection that stayed open after the request would serve
    nobody again. A connection inside a transaction that began before the request (a test's) stays open.
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
