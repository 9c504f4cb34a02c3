"""`/pull-requests`: lists and one of them; and what a reader puts on it: a snooze, a claim."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Body, Router
from pydantic_core import PydanticUndefined

from monitor import claiming, queries, schemas, snoozing
from monitor.api.answers import count_of, done, dumps, page, read, written
from monitor.api.door import Call
from monitor.api.errors import ApiError, invalid
from monitor.api.parameters import Limit, Number, Offset, Owner, RepositoryName, Search, answers, headed
from monitor.at_once import few_at_once
from monitor.models import PullRequest

router = Router(tags=["pull requests"], by_alias=True)
# Asking for oneself finds nothing while nobody knows one's login; this header tells programs why.
NOTICE = "@me is nobody yet: set github_login with PATCH /api/v1/me"
MAY_NOTICE: dict[str, Any] = headed("Prmonitor-Notice", "Why a search for oneself finds nothing.")
# No body at all says the same as an empty one.
SnoozeUntil = Annotated[schemas.SnoozeUntil, Body(PydanticUndefined, default_factory=schemas.SnoozeUntil)]


@router.get("", response=answers(200, schemas.PullRequestPage), openapi_extra=MAY_NOTICE)
def list_pull_requests(request: Call, q: Search = "", limit: Limit = 100, offset: Offset = 0) -> HttpResponse:
    """Across the repositories I watch, the last updated first; open ones unless `q` says otherwise."""
    return with_reader(request, queries.pull_requests_for(request.user, q=q), limit, offset, q)


@router.get("/{owner}/{name}/{number}", response=answers(200, schemas.PullRequestInFull, 404))
def get_pull_request(request: Call, owner: Owner, name: RepositoryName, number: Number) -> HttpResponse:
    """One, with its review requests of all times and its events."""
    found = queries.pull_request_for(request.user, owner, name, number)
    requests, history = dumps(queries.requests_of(found)), dumps(queries.history_of(found))
    return read(request, f'{_one(request, found)[:-1]},"requests":{requests},"history":{history}}}')


@router.put("/{owner}/{name}/{number}/snooze", response=answers(200, schemas.PullRequest, 404))
def snooze_pull_request(
    request: Call,
    owner: Owner,
    name: RepositoryName,
    number: Number,
    until: SnoozeUntil,
) -> HttpResponse:
    """Puts it off for me: until a time, until an event, or with `{}` for good."""
    found = queries.pull_request_for(request.user, owner, name, number)
    try:
        snoozing.snooze(request.user, found, until=until.until, until_event=until.until_event)
    except snoozing.SnoozeRefused as error:
        raise invalid(error.field, str(error)) from error
    return written(_one(request, found))


@router.delete("/{owner}/{name}/{number}/snooze", response=answers(204, None, 404))
def unsnooze_pull_request(request: Call, owner: Owner, name: RepositoryName, number: Number) -> HttpResponse:
    """Ends my snooze."""
    snoozing.wake(request.user, queries.pull_request_for(request.user, owner, name, number))
    return done()


@router.put("/{owner}/{name}/{number}/claim", response=answers(200, schemas.PullRequest, 404, 409))
def claim_pull_request(request: Call, owner: Owner, name: RepositoryName, number: Number) -> HttpResponse:
    """“I'm on it”: takes the review, until I review or some hours have gone by."""
    found = queries.pull_request_for(request.user, owner, name, number)
    try:
        claiming.claim(request.user, found)
    except claiming.ClaimRefused as error:
        raise ApiError(409, "conflict", str(error)) from error
    return written(_one(request, found))


@router.delete("/{owner}/{name}/{number}/claim", response=answers(204, None, 404))
def unclaim_pull_request(request: Call, owner: Owner, name: RepositoryName, number: Number) -> HttpResponse:
    """Gives my claim back."""
    found = queries.pull_request_for(request.user, owner, name, number)
    try:
        claiming.release(request.user, found)
    except claiming.NotYours as error:
        raise ApiError(403, "forbidden", str(error)) from error
    return done()


def with_reader(request: Call, found: QuerySet[PullRequest], limit: int, offset: int, q: str) -> HttpResponse:
    """A page of stored documents, each with the reader's own part added; `q` is the search they come from."""
    with few_at_once(request.user.pk):
        rows = list(queries.page_of(found, offset, offset + limit).only("document"))
        count = count_of(found, rows, limit, offset)
    mine = queries.mine_for(request.user, rows)
    items = (queries.with_mine(row.document, mine[row.pk]) for row in rows)
    answer = page(request, items, count)
    if not rows and queries.asks_for_somebody_unknown(request.user, q):
        answer["Prmonitor-Notice"] = NOTICE
    return answer


def _one(request: Call, pull_request: PullRequest) -> str:
    mine = queries.mine_for(request.user, [pull_request])
    return queries.with_mine(pull_request.document, mine[pull_request.pk])
