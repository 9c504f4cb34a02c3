"""Reads the changed files of pull requests, 25 pull requests per query, fewer if that is too much for GitHub."""

import logging
from collections import deque
from collections.abc import Sequence
from functools import partial

from monitor.background.deadline import Deadline
from monitor.github import rate_limit_budget
from monitor.github.answers import ChangedFiles
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.github.rate_limit_policy import Purpose
from monitor.polling.pacing.batch_size import chunks_of, halves_of

log = logging.getLogger(__name__)
AT_ONCE = 25


def read_paths(client: Client, node_ids: Sequence[str], deadline: Deadline) -> dict[str, ChangedFiles]:
    """The changed files by node id of the pull request, without those that could not be read."""
    read: dict[str, ChangedFiles] = {}
    queue = deque(chunks_of(node_ids, AT_ONCE))
    while queue and not deadline.over:
        part = queue.popleft()
        try:
            answer = rate_limit_budget.ask(client, Purpose.BACKGROUND, 1, partial(client.files, part))
        except Overloaded as error:
            log.info("The changed files of %s pull requests were too much: %s", len(part), error)
            if len(part) > 1:
                queue.extendleft(reversed(halves_of(part)))
        except GitHubError as error:
            log.info("The changed files of %s pull requests could not be read: %s", len(part), error)
            break
        else:
            read.update(answer.found)
    return read
