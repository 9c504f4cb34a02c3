"""Answers a page with 429 when the same person already runs as many costly queries as one may run at once."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from monitor.quotas.concurrency import TooManyAtOnce


class TooManyAtOnceMiddleware(MiddlewareMixin):
    """Django middleware: turns TooManyAtOnce into 429 with a sentence. The API has a handler of its own."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooManyAtOnce):
            return None
        headers = {"Retry-After": str(error.retry_after)}
        words = f"Not shown: {error}.\n"
        return HttpResponse(words, status=429, headers=headers, content_type="text/plain; charset=utf-8")
