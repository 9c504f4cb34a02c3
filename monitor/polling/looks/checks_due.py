"""Selects the open pull requests whose checks are due: pending checks at each look, settled ones less often.

What is in the merge queue, or merges by itself, is due at each look, too.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from monitor.github.answers import Checks
from monitor.models import PullRequest, Repository
from monitor.polling.pacing.intervals import crosses_boundary

FRESH_PUSH = timedelta(minutes=10)
LONG_PENDING = timedelta(hours=1)
LONG_PENDING_SECONDS = 300
SETTLED = ("success", "failure")
COMPARED = ("node_id", "state", "head_sha", "updated_at", "ci", "mergeable", "merging_digest")


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """The recorded fields that a refresh of checks compares.

    `queued`: it is in the merge queue. `urgent`: the checks may end at any moment.
    """

    repository: Repository
    node_id: str
    state: str
    head_sha: str
    updated_at: datetime
    ci: str
    mergeable: str
    merging_digest: str
    queued: bool
    urgent: bool


def pull_requests_with_checks_due(
    repositories: Sequence[Repository], settled: Collection[int], now: datetime
) -> list[OpenPullRequest]:
    """The pull requests whose checks are due: in repositories of `settled` all open ones, else only pending ones."""
    if not repositories:
        return []
    by_pk = {repository.pk: repository for repository in repositories}
    pending = Q(ci="pending") | Q(pushed_at__gt=now - FRESH_PUSH, ci__in=("none", "unknown"))
    # Subqueries, because each reads only an index of the few such rows.
    pending |= Q(pk__in=PullRequest.objects.filter(queued=True).values("pk"))
    pending |= Q(pk__in=PullRequest.objects.filter(merges_itself=True).values("pk"))
    rows = PullRequest.objects.filter(pending | Q(repository__in=settled), repository__in=by_pk, state="open")
    columns = rows.values_list("repository_id", *COMPARED, "pushed_at", "queued", "merges_itself")
    found = (_open(by_pk[row[0]], row, now) for row in columns)
    return [one for one in found if one.urgent or one.repository.pk in settled]


def _open(repository: Repository, row: tuple[Any, ...], now: datetime) -> OpenPullRequest:
    known = dict(zip(COMPARED, row[1:], strict=False))
    pushed_at, queued, merges_itself = row[len(COMPARED) + 1 :]
    urgent = queued or merges_itself or is_urgent(known["ci"], pushed_at, repository.last_polled_at, now)
    return OpenPullRequest(repository, **known, queued=queued, urgent=urgent)


def is_urgent(ci: str, pushed_at: datetime | None, last_look: datetime | None, now: datetime) -> bool:
    """Whether checks are due at each look: pending ones, and absent ones in the first ten minutes after a push.

    An hour after the push, pending checks are due only every five minutes.
    """
    age = now - pushed_at if pushed_at else LONG_PENDING
    if ci in SETTLED or (ci != "pending" and age > FRESH_PUSH):
        return False
    return age < LONG_PENDING or last_look is None or crosses_boundary(last_look, now, LONG_PENDING_SECONDS)


def changed_beyond_checks(one: OpenPullRequest, checks: Checks) -> bool:
    """Whether the pull request itself changed: then it is read completely, and the result of the refresh is dropped.

    Also if it left the merge queue, which does not change `updatedAt`: only its timeline says who removed it.
    """
    left_queue = one.queued and checks.merging.knows("merge_queue") and checks.merging.merge_queue is None
    return left_queue or (checks.head_sha, checks.updated_at, checks.state) != (one.head_sha, one.updated_at, one.state)


def has_new_checks(one: OpenPullRequest, checks: Checks) -> bool:
    """Whether the pull request itself is the same, but what the refresh reads may have changed; `unknown` is no change."""
    same_ci = checks.ci in ("unknown", one.ci)
    same_mergeable = checks.mergeable in ("unknown", one.mergeable)
    same = same_ci and same_mergeable and checks.merging.digest == one.merging_digest
    return not changed_beyond_checks(one, checks) and not same
