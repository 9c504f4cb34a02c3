"""Reads the check results of many open pull requests in few queries, and records those that changed."""

import logging
from collections import deque
from collections.abc import Sequence

from django.utils import timezone

from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.answers import Checks
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.github.rate_limit_policy import Purpose
from monitor.models import PullRequest
from monitor.polling.looks.checks_due import OpenPullRequest, changed_beyond_checks, has_new_checks
from monitor.polling.looks.comparison import with_new_checks
from monitor.polling.looks.pull_request_reader import PullRequestReader
from monitor.polling.pacing.batch_size import chunks_of, halves_of
from monitor.rules.quarantine import is_quarantined, key_of_checks

log = logging.getLogger(__name__)
BATCH = 100
# Halving a batch of 100 down to the one pull request that GitHub fails on takes this many overloads.
OVERLOADS_AT_MOST = 8


class ChecksRefresh:
    """Refreshes the checks of pull requests. `reader` reads and records, and collects the errors by repository."""

    def __init__(self, client: Client, reader: PullRequestReader, deadline: Deadline) -> None:
        self.client, self.reader, self.deadline = client, reader, deadline

    def run(self, wanted: Sequence[OpenPullRequest]) -> bool:
        """Refreshes checks, urgent ones first; returns False if some could not be read.

        Quarantines a pull request that GitHub fails on.
        """
        now, overloads = timezone.now(), 0
        readable = (
            one for one in wanted if not is_quarantined(one.repository.quarantine, key_of_checks(one.node_id), now)
        )
        queue = deque(chunks_of(sorted(readable, key=lambda one: not one.urgent), BATCH))
        while queue and not self.deadline.over and overloads <= OVERLOADS_AT_MOST:
            part = queue.popleft()
            try:
                self._refresh_part(part)
            except Overloaded as error:
                overloads += 1
                if len(part) > 1:
                    queue.extendleft(reversed(halves_of(part)))
                elif overloads > 1:
                    self.reader.quarantine(part[0].repository, key_of_checks(part[0].node_id), error)
                else:
                    return False  # the only pull request of the refresh: GitHub as a whole may be down
            except GitHubError as error:
                log.info("The checks of %s pull requests could not be read: %s", len(part), error)
                return False
        return not queue

    def _refresh_part(self, part: Sequence[OpenPullRequest]) -> None:
        ids = [one.node_id for one in part]
        purpose = Purpose.CHECKS if part[0].urgent else Purpose.BACKGROUND
        answer = rate_limit_budget.ask(self.client, purpose, 1, lambda: self.client.checks(ids))
        self._record([(one, answer.found[one.node_id]) for one in part if one.node_id in answer.found])

    def _record(self, pairs: Sequence[tuple[OpenPullRequest, Checks]]) -> None:
        """Reads pull requests that changed themselves, and records the new checks of the others."""
        self.reader.read([(one.repository, one.node_id) for one, checks in pairs if changed_beyond_checks(one, checks)])
        changed = {one.node_id: (one, checks) for one, checks in pairs if has_new_checks(one, checks)}
        rows = PullRequest.objects.filter(node_id__in=changed).in_bulk(field_name="node_id") if changed else {}
        for repository in {one.repository for one, _ in changed.values()}:
            with self.reader.isolate_errors_of(repository):
                snapshots = [
                    after
                    for node_id, (one, checks) in changed.items()
                    if one.repository == repository
                    and node_id in rows
                    and (after := with_new_checks(rows[node_id].stored_snapshot, checks))
                ]
                self.reader.record(repository, snapshots, timezone.now(), in_full=False)
