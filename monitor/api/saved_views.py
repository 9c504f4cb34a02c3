"""`/views`: the built-in views of the dashboard, and the searches that users have saved."""

import re
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router

from monitor.actions import saved_views
from monitor.api import schemas
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.errors import ApiError
from monitor.api.parameters import LimitParameter, OffsetParameter, documented_responses
from monitor.api.responses import dumps, list_response, no_content, write_response

router = Router(tags=["views"], by_alias=True)
ViewId = Annotated[str, Path(description="The `id` of the view.", example="7")]


@router.get("", response=documented_responses(200, schemas.ViewPage))
def list_views(request: AuthenticatedRequest, limit: LimitParameter = 100, offset: OffsetParameter = 0) -> HttpResponse:
    """The built-in views, then your own. `count` is the number of pull requests that a view shows now."""
    views = saved_views.views_for(request.user)
    shown = views[offset : offset + limit]
    counts = saved_views.counts_of(request.user, shown)
    items = (dumps(saved_views.view_json(view, count)) for view, count in zip(shown, counts, strict=True))
    return list_response(request, items, len(views))


@router.post("", response=documented_responses(201, schemas.View, 409))
def create_view(request: AuthenticatedRequest, body: schemas.NewView) -> HttpResponse:
    """Saves a search as a view."""
    try:
        view = saved_views.keep_view(request.user, body.name, body.q)
    except (saved_views.ViewNameTaken, saved_views.TooManyViews) as error:
        raise ApiError(409, "conflict", str(error)) from error
    (count,) = saved_views.counts_of(request.user, [view])
    return write_response(dumps(saved_views.view_json(view, count)), 201)


@router.delete("/{id}", response=documented_responses(204, None, 404))
def delete_view(request: AuthenticatedRequest, id: ViewId) -> HttpResponse:
    """Deletes one of your own views."""
    if any(id == view.id for view in saved_views.BUILT_IN):
        raise ApiError(403, "forbidden", "a built-in view stays")
    number = int(id) if re.fullmatch(r"[0-9]{1,18}", id) else 0
    if not saved_views.drop_view(request.user, number):
        raise ApiError(404, "not_found", "you have no such view")
    return no_content()
