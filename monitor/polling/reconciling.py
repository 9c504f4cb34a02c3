"""Compares the open pull requests with GitHub's, page by page: finds closings and openings that no probe showed."""

import logging

from django.utils import timezone

from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.models import Repository
from monitor.polling.deadline import Deadline
from monitor.polling.details import Reader
from monitor.polling.leases import Lease
from monitor.polling.listing import Listing
from monitor.polling.open_pages import keep, next_page, wanted_of

log = logging.getLogger(__name__)
# No page is begun later than this in one turn: the other repositories of the batch wait meanwhile.
SLICE_SECONDS = 10


def reconcile(repository: Repository, client: Client, reader: Reader, lease: Lease, deadline: Deadline) -> bool:
    """Brings our open pull requests and GitHub's together; False when it has to go on, or could not begin."""
    turn, listing = deadline.within(SLICE_SECONDS), Listing.standing(repository.listing, timezone.now())
    begun = False
    while not begun or not turn.over:
        begun = True
        try:
            page = next_page(repository, listing, client, lease)
        except GitHubError as error:
            log.info("The open pull requests of %s could not be listed: %s", repository.full_name, error)
            return False
        if page is None:
            return False
        wanted = wanted_of(repository, listing, page, timezone.now())
        if wanted:
            log.info("%s: %s pull requests were missed", repository.full_name, len(wanted))
        if not reader.read([(repository, node_id) for node_id in wanted]).is_whole(repository):
            return False
        listing = listing.after(page)
        keep(repository, listing if page.has_more else None, lease)
        if not page.has_more:
            return True
    return False
