"""Keeps open pages up to date: the page's script asks for the main part again, and gets 304 if nothing changed.

In the `outline` of a page, each row of a list is only its id and version; the script then fetches the rows that differ.
"""

import hashlib
import re
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response

from monitor import queries
from monitor.models import Repository

OUTLINE, MAIN = "outline", "main"

# The page's script updates words about time itself; the CSRF token and the cursor of events differ in every response.
_VOLATILE = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(<time\b[^>]*>)[^<]*|(?<=data-after=")[0-9]*')


def requested_part(request: HttpRequest) -> str:
    """`outline` or `main` if the page's script asks for this part; empty for the whole page."""
    part = request.GET.get("part", "")
    return part if part in {OUTLINE, MAIN} else ""


def not_modified_since(request: HttpRequest, repository: Repository | None = None) -> HttpResponse | None:
    """304 if no event followed the event `since`, the last that the page shows, which is the usual case; else None.

    Only events count that the reader watches, or those of `repository`. For changes without an event, the script asks
    without `since`.
    """
    since = request.GET.get("since", "")
    if requested_part(request) != OUTLINE or not re.fullmatch(r"[0-9]{1,18}", since):
        return None
    return None if queries.has_events_after(request.user, int(since), repository) else HttpResponseNotModified()


def with_etag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Adds an ETag to `response`; 304 if the ETag is in `If-None-Match`. The ETag leaves out words about time."""
    content = _VOLATILE.sub(rb"\1", response.content)
    response["ETag"] = f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'
    return cast(HttpResponse, get_conditional_response(request, etag=response["ETag"], response=response))
