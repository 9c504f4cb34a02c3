"""The changed files of pull requests, 25 a question; less where that is too much."""

import logging
from collections import deque
from collections.abc import Sequence
from functools import partial

from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.answers import ChangedFiles
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded
from monitor.polling.batching import halves, parts
from monitor.polling.deadline import Deadline

log = logging.getLogger(__name__)
AT_ONCE = 25


def read_paths(client: Client, node_ids: Sequence[str], deadline: Deadline) -> dict[str, ChangedFiles]:
    """The changed files by node id, as far as they could be read."""
    read: dict[str, ChangedFiles] = {}
    queue = deque(parts(node_ids, AT_ONCE))
    while queue and not deadline.over:
        part = queue.popleft()
        try:
            answer = budget.ask(client.identity, Purpose.SWEEP, 1, partial(client.files, part))
        except Overloaded as error:
            log.info("The changed files of %s pull requests were too much: %s", len(part), error)
            if len(part) > 1:
                queue.extendleft(reversed(halves(part)))
        except GitHubError as error:
            log.info("The changed files of %s pull requests could not be read: %s", len(part), error)
            break
        else:
            read.update(answer.found)
    return read
