"""`/views`: searches that are built in, and the ones I keep."""

import re
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router

from monitor import saved_views, schemas
from monitor.api.answers import done, dumps, page, written
from monitor.api.door import Call
from monitor.api.errors import ApiError
from monitor.api.parameters import Limit, Offset, answers

router = Router(tags=["views"], by_alias=True)
ViewId = Annotated[str, Path(description="Its `id`.", example="7")]


@router.get("", response=answers(200, schemas.ViewPage))
def list_views(request: Call, limit: Limit = 100, offset: Offset = 0) -> HttpResponse:
    """The built-in views, then mine; each with how many pull requests it shows now."""
    views = saved_views.views_for(request.user)
    shown = views[offset : offset + limit]
    counts = saved_views.counts_of(request.user, shown)
    items = (dumps(saved_views.view_json(view, count)) for view, count in zip(shown, counts, strict=True))
    return page(request, items, len(views))


@router.post("", response=answers(201, schemas.View, 409))
def create_view(request: Call, wanted: schemas.NewView) -> HttpResponse:
    """Keeps a search."""
    try:
        view = saved_views.keep_view(request.user, wanted.name, wanted.q)
    except (saved_views.ViewNameTaken, saved_views.TooManyViews) as error:
        raise ApiError(409, "conflict", str(error)) from error
    (count,) = saved_views.counts_of(request.user, [view])
    return written(dumps(saved_views.view_json(view, count)), 201)


@router.delete("/{id}", response=answers(204, None, 404))
def delete_view(request: Call, id: ViewId) -> HttpResponse:
    """Forgets one of my searches."""
    if any(id == view.id for view in saved_views.BUILT_IN):
        raise ApiError(403, "forbidden", "a built-in view stays")
    number = int(id) if re.fullmatch(r"[0-9]{1,18}", id) else 0
    if not saved_views.drop_view(request.user, number):
        raise ApiError(404, "not_found", "you have no such view")
    return done()
