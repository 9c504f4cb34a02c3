"""Serves `/deliveries`: which messages a user got, which they did not get, and why."""

from typing import Annotated

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from monitor import queries
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.parameters import LimitParameter, OffsetParameter, documented_responses
from monitor.api.responses import dumps, list_response, total_count
from monitor.api.schemas import PullRequestName
from notifications.api import schemas
from notifications.api.parameters import UserParameter, pull_request_named, reader_named
from notifications.models import Delivery

router = Router(tags=["deliveries"], by_alias=True)
PullRequestParameter = Annotated[PullRequestName | None, Query(None, description="Only of this pull request.")]


@router.get("", response=documented_responses(200, schemas.DeliveryPage, 403, 404))
def list_deliveries(
    request: AuthenticatedRequest,
    pull_request: PullRequestParameter = None,
    user: UserParameter = None,
    limit: LimitParameter = 100,
    offset: OffsetParameter = 0,
) -> HttpResponse:
    """What was told to me, or why not, the newest first."""
    found = _deliveries_of(request, reader_named(request, user)).select_related("pull_request__repository")
    if pull_request is not None:
        found = found.filter(pull_request=pull_request_named(request, pull_request))
    rows = list(
        found.defer("pull_request__snapshot", "pull_request__document").order_by("-pk")[offset : offset + limit]
    )
    return list_response(request, (dumps(row.as_json()) for row in rows), total_count(found, rows, limit, offset))


def _deliveries_of(request: AuthenticatedRequest, reader: User) -> QuerySet[Delivery]:
    # Deliveries about a repository that the caller may no longer see are hidden, too.
    seen = queries.visible_to(request.user)
    return Delivery.objects.filter(user=reader.pk, pull_request__repository__in=seen)
