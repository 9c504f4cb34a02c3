"""`/repositories`: subscribe, unsubscribe, read, have it looked at now."""

from contextlib import suppress

from django.http import HttpResponse
from ninja import Router

from monitor import queries, schemas, subscribing
from monitor.api.answers import count_of, done, dumps, page, read, written
from monitor.api.door import Call
from monitor.api.errors import ApiError
from monitor.api.parameters import Limit, Offset, Owner, RepositoryName, Search, State, answers
from monitor.api.pull_requests import MAY_NOTICE, with_reader
from monitor.models import Repository
from monitor.pausing import Paused

router = Router(tags=["repositories"], by_alias=True)


@router.post("/subscribe", response=answers(201, schemas.Repository, 404, 409, 502, 503) | {200: schemas.Repository})
def subscribe_to_repository(request: Call, wanted: schemas.Subscribe) -> HttpResponse:
    """Watches a repository; 200 instead of 201 when it was watched: the filters are replaced.

    One that nobody watched is looked up on GitHub first, and looked at within seconds; 429 after too many such look-ups.
    409 where I watch as many as one person may.
    """
    subscription, created = subscribing.subscribe(request.user, wanted.repository, wanted.filters)
    return written(_one(request, subscription.repository), 201 if created else 200)


@router.post("/unsubscribe", response=answers(204, None, 404))
def unsubscribe_from_repository(request: Call, wanted: schemas.Unsubscribe) -> HttpResponse:
    """Watches it no longer."""
    if not subscribing.unsubscribe(request.user, wanted.repository):
        raise ApiError(404, "not_found", f'you do not watch "{wanted.repository}"')
    return done()


@router.get("", response=answers(200, schemas.RepositoryPage))
def list_repositories(request: Call, limit: Limit = 100, offset: Offset = 0) -> HttpResponse:
    """The repositories I watch, by name."""
    found = queries.repositories_for(request.user)
    rows = list(found[offset : offset + limit])
    ids = [row.pk for row in rows]
    filters, stats = queries.filters_for(request.user, ids), queries.stats_for(request.user, ids)
    items = (dumps(queries.repository_json(row, filters.get(row.pk), stats[row.pk])) for row in rows)
    return page(request, items, count_of(found, rows, limit, offset))


@router.get("/{owner}/{name}", response=answers(200, schemas.Repository, 404))
def get_repository(request: Call, owner: Owner, name: RepositoryName) -> HttpResponse:
    """One repository; `filters` is null when I do not watch it."""
    return read(request, _one(request, queries.repository_for(request.user, owner, name)))


@router.get(
    "/{owner}/{name}/pull-requests",
    response=answers(200, schemas.PullRequestPage, 404),
    tags=["pull requests"],
    openapi_extra=MAY_NOTICE,
)
def list_repository_pull_requests(
    request: Call,
    owner: Owner,
    name: RepositoryName,
    state: State = None,
    q: Search = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> HttpResponse:
    """Its pull requests, the last updated first; open ones unless `state` says otherwise. `closed` is closed unmerged."""
    repository = queries.repository_for(request.user, owner, name)
    found = queries.pull_requests_for(request.user, repository=repository, state=state, q=q)
    return with_reader(request, found, limit, offset, q)


@router.post("/{owner}/{name}/refresh", response=answers(202, schemas.Repository, 404))
def refresh_repository(request: Call, owner: Owner, name: RepositoryName) -> HttpResponse:
    """Has it looked at again at once; at most every ten seconds, and over all repositories 60 times a minute.

    A paused one is not, and `status_message` says so.
    """
    repository = queries.repository_for(request.user, owner, name)
    with suppress(Paused):
        subscribing.refresh(request.user, repository)
    return written(_one(request, repository), 202)


def _one(request: Call, repository: Repository) -> str:
    filters = queries.filters_for(request.user, [repository.pk])
    stats = queries.stats_for(request.user, [repository.pk])
    return dumps(queries.repository_json(repository, filters.get(repository.pk), stats[repository.pk]))
