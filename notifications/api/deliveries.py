"""Serves `/deliveries`: which messages a user got, which they did not get, and why."""

import re
from typing import Annotated

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from monitor import queries
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.errors import ApiError, invalid
from monitor.api.parameters import LimitParameter, OffsetParameter, documented_responses
from monitor.api.responses import dumps, list_response, total_count
from monitor.api.schemas import PullRequestName, Username
from notifications.api import schemas
from notifications.models import Delivery

router = Router(tags=["deliveries"], by_alias=True)
PullRequestParameter = Annotated[PullRequestName | None, Query(None, description="Only of this pull request.")]
UserParameter = Annotated[
    Username | None, Query(None, description="Staff only: of this user (name or id) instead of mine.", example="hubot")
]


@router.get("", response=documented_responses(200, schemas.DeliveryPage, 403, 404))
def list_deliveries(
    request: AuthenticatedRequest,
    pull_request: PullRequestParameter = None,
    user: UserParameter = None,
    limit: LimitParameter = 100,
    offset: OffsetParameter = 0,
) -> HttpResponse:
    """What was told to me, or why not, the newest first."""
    found = _deliveries_of(request, _reader(request, user)).select_related("pull_request__repository")
    if pull_request is not None:
        found = found.filter(pull_request=_pull_request(request, pull_request))
    rows = list(
        found.defer("pull_request__snapshot", "pull_request__document").order_by("-pk")[offset : offset + limit]
    )
    return list_response(request, (dumps(row.as_json()) for row in rows), total_count(found, rows, limit, offset))


def _deliveries_of(request: AuthenticatedRequest, reader: User) -> QuerySet[Delivery]:
    # Deliveries about a repository that the caller may no longer see are hidden, too.
    seen = queries.visible_to(request.user)
    return Delivery.objects.filter(user=reader.pk, pull_request__repository__in=seen)


def _reader(request: AuthenticatedRequest, wanted: str | None) -> User:
    if wanted is None:
        return request.user
    if not request.user.is_staff:
        raise ApiError(403, "forbidden", "only staff may read what others were told")
    named = Q(username=wanted)
    if re.fullmatch(r"[0-9]{1,9}", wanted):
        named |= Q(pk=int(wanted))
    # Somebody may be called like another one's number: the name wins.
    found = sorted(User.objects.filter(named), key=lambda user: user.username != wanted)
    if not found:
        raise invalid("user", "there is no such user")
    return found[0]


def _pull_request(request: AuthenticatedRequest, text: str) -> int:
    full_name, _, number = text.partition("#")
    owner, _, name = full_name.partition("/")
    return queries.pull_request_for(request.user, owner, name, int(number)).pk
