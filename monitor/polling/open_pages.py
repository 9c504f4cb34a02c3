"""Reads the list of open pull requests a page at a time, and picks what of a page has to be read in full."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import Probed
from monitor.github.client import Client
from monitor.github.errors import Unavailable
from monitor.models import PullRequest, Repository
from monitor.polling.comparing import Known, missed
from monitor.polling.details import quarantined
from monitor.polling.leases import Lease
from monitor.polling.listing import Listing, range_of

log = logging.getLogger(__name__)


def first_pages(repositories: Sequence[Repository], client: Client) -> dict[int, Probed]:
    """The first page of each, in one question; a repository GitHub shows nothing of is not in it. Errors: the client's."""
    if not repositories:
        return {}
    ask = partial(client.open_rows, [repository.node_id for repository in repositories], count=True)
    found = budget.ask(client.identity, Purpose.SWEEP, 1, ask).found
    return {one.pk: found[one.node_id] for one in repositories if one.node_id in found}


def next_page(repository: Repository, listing: Listing, client: Client, lease: Lease) -> Probed | None:
    """The page where `listing` stands; None when GitHub shows nothing. Errors: the client's.

    A cursor that GitHub refuses is forgotten, so that the next turn starts the list over.
    """
    ask = partial(client.open_rows, [repository.node_id], listing.cursor)
    answer = budget.ask(client.identity, Purpose.SWEEP, 1, ask)
    if why := answer.refused.get(repository.node_id):
        if listing.cursor is None:
            raise Unavailable(why)
        log.info("%s: its list is read anew, GitHub refuses a page of an earlier turn: %s", repository.full_name, why)
        keep(repository, None, lease)
    return answer.found.get(repository.node_id)


def wanted_of(repository: Repository, listing: Listing, page: Probed, now: datetime) -> list[str]:
    """The pull requests of this part of the list to be read in full, so that both sides agree on what is open."""
    above, upto = range_of(listing, page)
    ours = PullRequest.objects.filter(repository=repository, state="open", number__gt=above)
    if upto is not None:
        ours = ours.filter(number__lte=upto)
    known = {node_id: Known(at, "open") for node_id, at in ours.values_list("node_id", "updated_at")}
    return [node_id for node_id in missed(known, page.rows) if not quarantined(repository, node_id, now)]


def keep(repository: Repository, listing: Listing | None, lease: Lease) -> None:
    """Writes where the list stands; None: it is not being read."""
    repository.listing = listing.to_json() if listing else None
    lease.note(repository, listing=repository.listing)
