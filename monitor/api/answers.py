"""JSON out: bytes, pages, and 304 where the reader has it already."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

_PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}


def dumps(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read(request: HttpRequest, text: str) -> HttpResponse:
    """200 with `text`, which is JSON; 304 without it when `If-None-Match` names it.

    The tag is of the bytes themselves: whatever moved in them, a reader never keeps an old answer.
    """
    body = text.encode()
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = _PRIVATE | {"ETag": tag}
    if _has(request, tag):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


def _has(request: HttpRequest, tag: str) -> bool:
    wanted = parse_etags(request.headers.get("If-None-Match", ""))
    # Weak comparison, as RFC 9110 §13.1.2 asks: proxies may weaken a tag.
    return "*" in wanted or tag in (name.removeprefix("W/") for name in wanted)


def page(request: HttpRequest, items: Iterable[str], count: int) -> HttpResponse:
    """One page of a list: each item is JSON text; `count` is of all pages."""
    return read(request, f'{{"items":[{",".join(items)}],"count":{count}}}')


def count_of(found: QuerySet[Any], rows: Sequence[Any], limit: int, offset: int) -> int:
    """How many there are in all. A page that is neither empty nor full is the last one: no need to ask."""
    return offset + len(rows) if 0 < len(rows) < limit else found.count()


def written(text: str, status: int = 200) -> HttpResponse:
    """The answer to a write: JSON text as it is now."""
    return HttpResponse(
        text.encode(), status=status, content_type="application/json", headers={"Cache-Control": "no-store"}
    )


def done(**headers: str) -> HttpResponse:
    """204."""
    response = HttpResponse(status=204, headers={"Cache-Control": "no-store"} | headers)
    del response["Content-Type"]
    return response
