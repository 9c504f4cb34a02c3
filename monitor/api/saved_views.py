"""`/views`: searches that are built in, and the ones I keep."""

import re

from django.http import HttpResponse
from ninja import Router

from monitor import saved_views, schemas
from monitor.api.answers import done, dumps, page, written
from monitor.api.door import Call
from monitor.api.errors import ApiError
from monitor.api.parameters import Limit, Offset, answers

router = Router(tags=["views"])


@router.get("", response=answers(200, schemas.ViewPage, 422))
def list_views(request: Call, limit: Limit = 100, offset: Offset = 0) -> HttpResponse:
    """The built-in views, then mine; each with how many pull requests it shows now."""
    views = saved_views.views_for(request.user)
    shown = views[offset : offset + limit]
    counts = saved_views.counts_of(request.user, shown)
    items = (dumps(saved_views.view_json(view, count)) for view, count in zip(shown, counts, strict=True))
    return page(request, items, len(views))


@router.post("", response=answers(201, schemas.View, 400, 403, 409, 422))
def keep_view(request: Call, wanted: schemas.NewView) -> HttpResponse:
    """Keeps a search."""
    try:
        view = saved_views.keep_view(request.user, wanted.name, wanted.q)
    except (saved_views.ViewNameTaken, saved_views.TooManyViews) as error:
        raise ApiError(409, "conflict", str(error)) from error
    (count,) = saved_views.counts_of(request.user, [view])
    return written(dumps(saved_views.view_json(view, count)), 201)


@router.delete("/{view_id}", response=answers(204, None, 403, 404))
def drop_view(request: Call, view_id: str) -> HttpResponse:
    """Forgets one of my searches."""
    if any(view_id == view.id for view in saved_views.BUILT_IN):
        raise ApiError(403, "forbidden", "a built-in view stays")
    number = int(view_id) if re.fullmatch(r"[0-9]{1,18}", view_id) else 0
    if not saved_views.drop_view(request.user, number):
        raise ApiError(404, "not_found", "you have no such view")
    return done()
