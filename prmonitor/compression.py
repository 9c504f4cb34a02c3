"""Compresses pages: rows are much alike, so a list of a hundred is 20 KB instead of 280."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class GzipPagesMiddleware(GZipMiddleware):
    """Django's own compression, for HTML alone.

    The API's answers stay as they are: programs are near, and answers that are given again have to suit every client.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
