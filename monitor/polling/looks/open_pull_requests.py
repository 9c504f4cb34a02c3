"""Reads the list of open pull requests page by page, and selects the ones of a page that must be read completely."""

import logging
from collections.abc import Sequence
from functools import partial

from monitor.github import rate_limit_budget
from monitor.github.answers import ProbedRepository
from monitor.github.client import Client
from monitor.github.errors import Unavailable
from monitor.github.rate_limit_policy import Purpose
from monitor.models import PullRequest, Repository
from monitor.polling.looks.comparison import StoredPullRequest, differing_open_pull_requests
from monitor.polling.looks.list_position import ListPosition, number_range_of
from monitor.polling.pacing.leases import Lease

log = logging.getLogger(__name__)


def read_first_pages(repositories: Sequence[Repository], client: Client) -> dict[int, ProbedRepository]:
    """The first page per repository, in one query, without repositories that GitHub does not show. Raises `GitHubError`."""
    if not repositories:
        return {}
    ask = partial(client.open_rows, [repository.node_id for repository in repositories], count=True)
    found = rate_limit_budget.ask(client, Purpose.BACKGROUND, 1, ask).found
    return {one.pk: found[one.node_id] for one in repositories if one.node_id in found}


def read_next_page(
    repository: Repository, position: ListPosition, client: Client, lease: Lease
) -> ProbedRepository | None:
    """The page at the position `position`; None if GitHub does not show the repository. Raises `GitHubError`.

    Drops a cursor that GitHub refuses, so that the next run reads the list from its beginning.
    """
    ask = partial(client.open_rows, [repository.node_id], position.cursor)
    answer = rate_limit_budget.ask(client, Purpose.BACKGROUND, 1, ask)
    if why := answer.refused.get(repository.node_id):
        if position.cursor is None:
            raise Unavailable(why)
        log.info("%s: its list is read anew, GitHub refuses a page of an earlier turn: %s", repository.full_name, why)
        save_position(repository, None, lease)
    return answer.found.get(repository.node_id)


def pull_requests_to_read(repository: Repository, position: ListPosition, page: ProbedRepository) -> list[str]:
    """The pull requests of this page to read, so that the database and GitHub agree on the open ones."""
    above, upto = number_range_of(position, page)
    stored = PullRequest.objects.filter(repository=repository, state="open", number__gt=above)
    if upto is not None:
        stored = stored.filter(number__lte=upto)
    known = {node_id: StoredPullRequest(at, "open") for node_id, at in stored.values_list("node_id", "updated_at")}
    return differing_open_pull_requests(known, page.rows)


def save_position(repository: Repository, position: ListPosition | None, lease: Lease) -> None:
    """Stores the position in the list; None means that the list is not being read."""
    repository.listing = position.to_json() if position else None
    lease.write_columns(repository, listing=repository.listing)
