"""`/deliveries`: what was told to me, and why not."""

import re
from typing import Annotated

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from monitor import queries
from monitor.api.answers import count_of, dumps, page
from monitor.api.door import Call
from monitor.api.errors import ApiError, invalid
from monitor.api.parameters import Limit, Offset, answers
from monitor.schemas import PullRequestName, Username
from notifications import schemas
from notifications.models import Delivery

router = Router(tags=["deliveries"], by_alias=True)
Of = Annotated[PullRequestName | None, Query(None, description="Only of this pull request.")]
To = Annotated[
    Username | None, Query(None, description="Staff only: of this user (name or id) instead of mine.", example="hubot")
]


@router.get("", response=answers(200, schemas.DeliveryPage, 403, 404))
def list_deliveries(
    request: Call, pull_request: Of = None, user: To = None, limit: Limit = 100, offset: Offset = 0
) -> HttpResponse:
    """What was told to me, or why not, the newest first."""
    found = _of(request, _reader(request, user)).select_related("pull_request__repository")
    if pull_request is not None:
        found = found.filter(pull_request=_pull_request(request, pull_request))
    rows = list(
        found.defer("pull_request__snapshot", "pull_request__document").order_by("-pk")[offset : offset + limit]
    )
    return page(request, (dumps(row.as_json()) for row in rows), count_of(found, rows, limit, offset))


def _of(request: Call, reader: User) -> QuerySet[Delivery]:
    # What I may no longer see, I am no longer told about either.
    seen = queries.visible_to(request.user)
    return Delivery.objects.filter(user=reader.pk, pull_request__repository__in=seen)


def _reader(request: Call, wanted: str | None) -> User:
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


def _pull_request(request: Call, text: str) -> int:
    full_name, _, number = text.partition("#")
    owner, _, name = full_name.partition("/")
    return queries.pull_request_for(request.user, owner, name, int(number)).pk
