"""A page that would be one costly read too many of the same person: told so, instead of being kept waiting."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from monitor.at_once import TooManyAtOnce


class Busy(MiddlewareMixin):
    """429 in words where a page raises TooManyAtOnce; the API has its own answer."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooManyAtOnce):
            return None
        headers = {"Retry-After": str(error.retry_after)}
        words = f"Not shown: {error}.\n"
        return HttpResponse(words, status=429, headers=headers, content_type="text/plain; charset=utf-8")
