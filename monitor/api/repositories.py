"""`/repositories`: subscribe, unsubscribe, read, poll now."""

from contextlib import suppress

from django.http import HttpResponse
from ninja import Router

from monitor import queries
from monitor.actions import subscriptions
from monitor.actions.pauses import RepositoryPaused
from monitor.api import schemas
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.errors import ApiError
from monitor.api.parameters import (
    LimitParameter,
    NameParameter,
    OffsetParameter,
    OwnerParameter,
    SearchParameter,
    StateParameter,
    documented_responses,
)
from monitor.api.pull_requests import NOTICE_HEADER, pull_requests_response
from monitor.api.responses import ALWAYS, dumps, list_response, no_content, read_response, total_count, write_response
from monitor.models import Repository

router = Router(tags=["repositories"], by_alias=True)


@router.post(
    "/subscribe", response=documented_responses(201, schemas.Repository, 404, 409, 502, 503) | {200: schemas.Repository}
)
def subscribe_to_repository(request: AuthenticatedRequest, body: schemas.Subscribe) -> HttpResponse:
    """Watches a repository. If you watch it already, its filters are replaced and the status is 200 in place of 201.

    A repository that nobody watches is looked up on GitHub first, and polled within seconds; 429 after too many such
    look-ups. 409 if you watch as many repositories as one person may.
    """
    subscription, created = subscriptions.subscribe(request.user, body.repository, body.filters)
    return write_response(_repository_json(request, subscription.repository), 201 if created else 200)


@router.post("/unsubscribe", response=documented_responses(204, None, 404))
def unsubscribe_from_repository(request: AuthenticatedRequest, body: schemas.Unsubscribe) -> HttpResponse:
    """Stops watching a repository."""
    if not subscriptions.unsubscribe(request.user, body.repository):
        raise ApiError(404, "not_found", f'you do not watch "{body.repository}"')
    return no_content()


@router.get("", response=documented_responses(200, schemas.RepositoryPage))
def list_repositories(
    request: AuthenticatedRequest, limit: LimitParameter = 100, offset: OffsetParameter = 0
) -> HttpResponse:
    """The repositories that you watch, by name."""
    found = queries.repositories_for(request.user)
    rows = list(found[offset : offset + limit])
    ids = [row.pk for row in rows]
    filters, stats = queries.filters_for(request.user, ids), queries.stats_for(request.user, ids)
    items = (dumps(queries.repository_json(row, filters.get(row.pk), stats[row.pk])) for row in rows)
    return list_response(request, items, total_count(found, rows, limit, offset), until=ALWAYS)


@router.get("/{owner}/{name}", response=documented_responses(200, schemas.Repository, 404))
def get_repository(request: AuthenticatedRequest, owner: OwnerParameter, name: NameParameter) -> HttpResponse:
    """One repository. `filters` is null if you do not watch it."""
    found = queries.repository_for(request.user, owner, name)
    return read_response(request, _repository_json(request, found), until=ALWAYS)


@router.get(
    "/{owner}/{name}/pull-requests",
    response=documented_responses(200, schemas.PullRequestPage, 404),
    tags=["pull requests"],
    openapi_extra=NOTICE_HEADER,
)
def list_repository_pull_requests(
    request: AuthenticatedRequest,
    owner: OwnerParameter,
    name: NameParameter,
    state: StateParameter = None,
    q: SearchParameter = "",
    limit: LimitParameter = 100,
    offset: OffsetParameter = 0,
) -> HttpResponse:
    """The pull requests of a repository, the last updated first.

    Only open ones unless `state` or `q` says otherwise; `closed` means closed without a merge.
    """
    repository = queries.repository_for(request.user, owner, name)
    viewer = queries.viewer_for(request.user)
    found = queries.search_for(request.user, repository=repository, state=state, q=q, viewer=viewer)
    return pull_requests_response(request, found, limit, offset, q, viewer)


@router.post("/{owner}/{name}/refresh", response=documented_responses(202, schemas.Repository, 404, 503))
def refresh_repository(request: AuthenticatedRequest, owner: OwnerParameter, name: NameParameter) -> HttpResponse:
    """Polls a repository now: at most every 10 seconds, and 60 times a minute over all repositories.

    A paused repository is not polled; its `status_message` says so. While GitHub cannot be reached the answer is 503,
    and the repository is polled as soon as GitHub can be reached.
    """
    repository = queries.repository_for(request.user, owner, name)
    with suppress(RepositoryPaused):
        subscriptions.refresh(request.user, repository)
    return write_response(_repository_json(request, repository), 202)


def _repository_json(request: AuthenticatedRequest, repository: Repository) -> str:
    filters = queries.filters_for(request.user, [repository.pk])
    stats = queries.stats_for(request.user, [repository.pk])
    return dumps(queries.repository_json(repository, filters.get(repository.pk), stats[repository.pk]))
