"""Answers a whole request in one thread."""

from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ThreadHandler(ASGIHandler):
    """Django's handler for ASGI, with synchronous middleware.

    All our views and middleware are synchronous. Django's own handler goes from the thread of the middleware back to the
    event loop, and from there to the thread again for the view; that takes longer than to answer a small request.
    """

    # The largest answers are some 500 KB, and in memory anyway: one message for each instead of one for every 64 KB.
    chunk_size = 2**20

    def load_middleware(self, is_async: bool = False) -> None:
        """Loads the middleware for a synchronous chain, whatever the handler asks for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The response, worked out in the thread of the request."""
        response: HttpResponseBase = await sync_to_async(self.get_response, thread_sensitive=True)(request)
        return response


def get_application() -> Any:
    """Sets Django up, and gives its application, as `django.core.asgi.get_asgi_application` does."""
    django.setup(set_prefix=False)
    return ThreadHandler()
