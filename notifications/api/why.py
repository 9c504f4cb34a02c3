"""Serves `/why`: why a pull request is, or is not, on somebody's list, and why they were, or were not, told."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router

from monitor.api.authentication import AuthenticatedRequest
from monitor.api.parameters import documented_responses
from monitor.api.responses import dumps, read_response
from monitor.api.schemas import PullRequestName
from notifications.api import schemas
from notifications.api.parameters import UserParameter, pull_request_named, reader_named
from notifications.explanation.why import why_for

router = Router(tags=["deliveries"], by_alias=True)
PullRequestParameter = Annotated[PullRequestName, Query(..., description="The pull request.")]


@router.get("", response=documented_responses(200, schemas.Why, 403, 404))
def explain_pull_request(
    request: AuthenticatedRequest, pull_request: PullRequestParameter, user: UserParameter = None
) -> HttpResponse:
    """Why a pull request is, or is not, on my list, and why I was, or was not, told: every rule, and every delivery."""
    reader = reader_named(request, user)
    return read_response(request, dumps(why_for(reader, pull_request_named(request, pull_request)).as_json()))
