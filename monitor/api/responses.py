"""Builds the responses of the API from JSON text, with 304 if the client has the content already."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


def dumps(value: Any) -> str:
    """`value` as JSON without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class Validity:
    """Whose answer a response is, and until when it changes with the database alone; None: it may change any time."""

    user_id: int = 0
    until: datetime | None = None


# Where an ASGI scope holds the Validity that `read_response` fills in, see `unchanged_answers`.
VALIDITY = "prmonitor.validity"
ALWAYS = datetime.max.replace(tzinfo=UTC)


def read_response(request: HttpRequest, text: str, until: datetime | None = None) -> HttpResponse:
    """The response to a GET: 200 with the JSON text, or 304 if its ETag is in `If-None-Match`.

    The ETag is a hash of the body, so any change gives a new one. `until`: up to this time the text changes only when
    something is committed to the database (`ALWAYS`, if no time plays a part); None: it may change by itself.
    """
    validity: Validity | None = getattr(request, "scope", {}).get(VALIDITY)
    if validity is not None and until is not None and request.user.pk is not None:
        validity.user_id, validity.until = request.user.pk, until
    body = text.encode()
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = _PRIVATE | {"ETag": tag}
    if is_among(tag, request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


def is_among(tag: str, if_none_match: str) -> bool:
    """Whether an ETag is among those that the client has, by the value of its `If-None-Match`."""
    wanted = parse_etags(if_none_match) if if_none_match else ()
    # Weak comparison, as RFC 9110 §13.1.2 asks: proxies may weaken a tag.
    return "*" in wanted or tag in (name.removeprefix("W/") for name in wanted)


def list_response(
    request: HttpRequest, items: Iterable[str], count: int, until: datetime | None = None
) -> HttpResponse:
    """The response with one page of a list. Each item is JSON text; `count` is the number of items on all pages.

    `until`: as for `read_response`.
    """
    return read_response(request, f'{{"items":[{",".join(items)}],"count":{count}}}', until)


def total_count(found: QuerySet[Any], rows: Sequence[Any], limit: int, offset: int) -> int:
    """The number of all items. A page that is neither empty nor full is the last page, so no count query is needed."""
    return offset + len(rows) if 0 < len(rows) < limit else found.count()


def write_response(text: str, status: int = 200) -> HttpResponse:
    """The response to a write, with the JSON text of the new state."""
    return HttpResponse(
        text.encode(), status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def no_content(**headers: str) -> HttpResponse:
    """The response 204, without a body."""
    response = HttpResponse(status=204, headers={"Cache-Control": "no-store"} | headers)
    del response["Content-Type"]
    return response
