"""Compares the whole set of open pull requests with GitHub's: finds closings and openings that no probe showed."""

import logging
from functools import partial

from django.utils import timezone

from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import Row
from monitor.github.client import Client
from monitor.github.errors import GitHubError
from monitor.models import PullRequest, Repository
from monitor.polling.comparing import Known, missed
from monitor.polling.deadline import Deadline
from monitor.polling.details import Reader, quarantined

log = logging.getLogger(__name__)


def reconcile(repository: Repository, client: Client, reader: Reader, deadline: Deadline) -> bool:
    """Brings our open pull requests and GitHub's together; False when it has to go on, or could not begin."""
    try:
        theirs = open_rows(repository, client, Purpose.SWEEP, deadline)
    except GitHubError as error:
        log.info("The open pull requests of %s could not be listed: %s", repository.full_name, error)
        return False
    if theirs is None:
        return False
    now = timezone.now()
    wanted = [node_id for node_id in missed(_ours(repository), theirs) if not quarantined(repository, node_id, now)]
    if wanted:
        log.info("%s: %s pull requests were missed", repository.full_name, len(wanted))
    return reader.read([(repository, node_id) for node_id in wanted]).is_whole(repository)


def open_rows(repository: Repository, client: Client, purpose: Purpose, deadline: Deadline) -> list[Row] | None:
    """All open pull requests as GitHub lists them; None when there is no time for the whole list. Errors: the client's."""
    rows: list[Row] = []
    cursor: str | None = None
    while not deadline.over:
        ask_page = partial(client.open_rows, repository.node_id, cursor)
        page = budget.ask(client.identity, purpose, 1, ask_page).found.get(repository.node_id)
        if page is None:
            return None
        rows += page.rows
        if not page.has_more:
            return rows
        cursor = page.cursor
    return None


def _ours(repository: Repository) -> dict[str, Known]:
    rows = PullRequest.objects.filter(repository=repository, state="open").values_list("node_id", "updated_at")
    return {node_id: Known(updated_at, "open") for node_id, updated_at in rows}
