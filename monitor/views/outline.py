"""What an open page asks for again: its own main part, in outline or whole, and only where something changed.

In outline each row of a list is no more than its id and version, so the page's script fetches just the rows that differ.
"""

import hashlib
import re
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response

from monitor import queries
from monitor.models import Repository

OUTLINE, MAIN = "outline", "main"

# Words about time are kept true by the page itself; a form's token is another one each time, and the cursor goes on.
_MOVING = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[^"]*|(<time\b[^>]*>)[^<]*|(?<=data-after=")[0-9]*')


def part_of(request: HttpRequest) -> str:
    """`outline` or `main` where the page's script asks, empty for the whole page."""
    part = request.GET.get("part", "")
    return part if part in {OUTLINE, MAIN} else ""


def nothing_since(request: HttpRequest, repository: Repository | None = None) -> HttpResponse | None:
    """304 where the asker says `since` which event its page is true, and nothing happened after it: the usual case.

    In what the reader watches, or in one repository. What changes without an event is for questions without `since`.
    """
    since = request.GET.get("since", "")
    if part_of(request) != OUTLINE or not re.fullmatch(r"[0-9]{1,18}", since):
        return None
    return None if queries.anything_after(request.user, int(since), repository) else HttpResponseNotModified()


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 where the asker's `If-None-Match` names what `response` says, whatever words about time it says it in."""
    said = _MOVING.sub(rb"\1", response.content)
    response["ETag"] = f'"{hashlib.blake2b(said, digest_size=12).hexdigest()}"'
    return cast(HttpResponse, get_conditional_response(request, etag=response["ETag"], response=response))
