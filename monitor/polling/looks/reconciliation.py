"""Compares the open pull requests with GitHub's list, page by page: finds closed and new ones that probes missed."""

import logging

from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.models import Repository
from monitor.polling.looks.list_position import ListPosition
from monitor.polling.looks.open_pull_requests import pull_requests_to_read, read_next_page, save_position
from monitor.polling.looks.pull_request_reader import PullRequestReader
from monitor.polling.pacing.leases import Lease

log = logging.getLogger(__name__)
# A run starts no page later than this: the other repositories of the batch wait meanwhile.
SLICE_SECONDS = 10


def reconcile(
    repository: Repository, client: Client, reader: PullRequestReader, lease: Lease, deadline: Deadline
) -> bool:
    """Makes the database agree with GitHub on the open pull requests; returns False if the run did not finish."""
    time_slice, position = deadline.within(SLICE_SECONDS), ListPosition.resume(repository.listing, timezone.now())
    begun = False
    while not begun or not time_slice.over:
        begun = True
        try:
            page = read_next_page(repository, position, client, lease)
        except GitHubError as error:
            log.info("The open pull requests of %s could not be listed: %s", repository.full_name, error)
            return False
        if page is None:
            return False
        wanted = pull_requests_to_read(repository, position, page)
        if wanted:
            log.info("%s: %s pull requests were missed", repository.full_name, len(wanted))
        if not reader.read([(repository, node_id) for node_id in wanted]).is_whole(repository):
            return False
        position = position.after(page)
        save_position(repository, position if page.has_more else None, lease)
        if not page.has_more:
            return True
    return False
