"""`/pull-requests`: lists, one pull request, and its snooze and claim."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Body, Router
from pydantic_core import PydanticUndefined

from monitor import queries
from monitor.actions import claims, snoozes
from monitor.api import schemas
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.errors import ApiError, invalid
from monitor.api.parameters import (
    LimitParameter,
    NameParameter,
    NumberParameter,
    OffsetParameter,
    OwnerParameter,
    SearchParameter,
    documented_header,
    documented_responses,
)
from monitor.api.responses import ALWAYS, dumps, list_response, no_content, read_response, write_response
from monitor.models import PullRequest
from monitor.quotas.concurrency import few_at_once
from monitor.rules.search import is_timeless
from monitor.rules.snapshot import parse_time

router = Router(tags=["pull requests"], by_alias=True)
# A search for `@me` finds nothing while the GitHub login of the user is not known. This header tells clients why.
UNKNOWN_LOGIN_NOTICE = "@me is nobody yet: set github_login with PATCH /api/v1/me"
NOTICE_HEADER: dict[str, Any] = documented_header("Prmonitor-Notice", "Why a search for `@me` finds nothing.")
# A request without a body means the same as `{}`.
OptionalSnoozeUntil = Annotated[schemas.SnoozeUntil, Body(PydanticUndefined, default_factory=schemas.SnoozeUntil)]


@router.get("", response=documented_responses(200, schemas.PullRequestPage), openapi_extra=NOTICE_HEADER)
def list_pull_requests(
    request: AuthenticatedRequest, q: SearchParameter = "", limit: LimitParameter = 100, offset: OffsetParameter = 0
) -> HttpResponse:
    """The pull requests of all repositories that you watch, the last updated first.

    Only open ones unless `q` says otherwise.
    """
    viewer = queries.viewer_for(request.user)
    found = queries.search_for(request.user, q=q, viewer=viewer)
    return pull_requests_response(request, found, limit, offset, q, viewer)


@router.get("/{owner}/{name}/{number}", response=documented_responses(200, schemas.PullRequestInFull, 404))
def get_pull_request(
    request: AuthenticatedRequest, owner: OwnerParameter, name: NameParameter, number: NumberParameter
) -> HttpResponse:
    """One pull request with all its review requests, past ones too, and its events."""
    found = queries.pull_request_for(request.user, owner, name, number)
    requests, history = dumps(queries.review_requests_of(found)), dumps(queries.history_of(found))
    mine = queries.mine_of(request.user, found)
    document = queries.with_mine(found.document, mine)
    in_full = f'{document[:-1]},"requests":{requests},"history":{history}}}'
    return read_response(request, in_full, until=_unchanged_until([mine]))


@router.put("/{owner}/{name}/{number}/snooze", response=documented_responses(200, schemas.PullRequest, 404))
def snooze_pull_request(
    request: AuthenticatedRequest,
    owner: OwnerParameter,
    name: NameParameter,
    number: NumberParameter,
    until: OptionalSnoozeUntil,
) -> HttpResponse:
    """Snoozes a pull request for you: until a time, until an event, or with `{}` for good."""
    found = queries.pull_request_for(request.user, owner, name, number)
    try:
        snoozes.snooze(request.user, found, until=until.until, until_event=until.until_event)
    except snoozes.SnoozeRefused as error:
        raise invalid(error.field, str(error)) from error
    return write_response(_document_for_reader(request, found))


@router.delete("/{owner}/{name}/{number}/snooze", response=documented_responses(204, None, 404))
def unsnooze_pull_request(
    request: AuthenticatedRequest, owner: OwnerParameter, name: NameParameter, number: NumberParameter
) -> HttpResponse:
    """Ends your snooze."""
    snoozes.end_snooze(request.user, queries.pull_request_for(request.user, owner, name, number))
    return no_content()


@router.put("/{owner}/{name}/{number}/claim", response=documented_responses(200, schemas.PullRequest, 404, 409))
def claim_pull_request(
    request: AuthenticatedRequest, owner: OwnerParameter, name: NameParameter, number: NumberParameter
) -> HttpResponse:
    """“I'm on it”: claims the review for you, until you review or some hours have passed."""
    found = queries.pull_request_for(request.user, owner, name, number)
    try:
        claims.claim(request.user, found)
    except claims.ClaimRefused as error:
        raise ApiError(409, "conflict", str(error)) from error
    return write_response(_document_for_reader(request, found))


@router.delete("/{owner}/{name}/{number}/claim", response=documented_responses(204, None, 404))
def unclaim_pull_request(
    request: AuthenticatedRequest, owner: OwnerParameter, name: NameParameter, number: NumberParameter
) -> HttpResponse:
    """Releases your claim."""
    found = queries.pull_request_for(request.user, owner, name, number)
    try:
        claims.release(request.user, found)
    except claims.ClaimedByAnother as error:
        raise ApiError(403, "forbidden", str(error)) from error
    return no_content()


def pull_requests_response(
    request: AuthenticatedRequest,
    found: queries.PullRequestSearch,
    limit: int,
    offset: int,
    q: str,
    viewer: queries.Viewer,
) -> HttpResponse:
    """One page of `found`, with what is the user's own in each pull request. `q`: the search that found them."""
    now = timezone.now()
    with few_at_once(request.user.pk):
        documents, count = found.documents_and_count(offset, offset + limit)
    mine = queries.mine_for(request.user, documents, viewer)
    items = (queries.with_mine(document, mine[pk]) for pk, document in documents.items())
    answer = list_response(
        request, items, count, until=_unchanged_until(mine.values()) if is_timeless(q, now) else None
    )
    if not documents and queries.search_lacks_login(request.user, q):
        answer["Prmonitor-Notice"] = UNKNOWN_LOGIN_NOTICE
    return answer


def _unchanged_until(mine: Iterable[dict[str, Any]]) -> datetime:
    """When the first of these snoozes ends: what else pull requests are to a user changes with the database alone."""
    snoozes = (one["snoozed"] for one in mine)
    return min((parse_time(snooze["until"]) for snooze in snoozes if snooze and snooze["until"]), default=ALWAYS)


def _document_for_reader(request: AuthenticatedRequest, pull_request: PullRequest) -> str:
    return queries.with_mine(pull_request.document, queries.mine_of(request.user, pull_request))
