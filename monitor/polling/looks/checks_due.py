"""Selects the open pull requests whose checks are due: pending checks at each look, settled ones less often."""

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
COMPARED = ("node_id", "state", "head_sha", "updated_at", "ci", "mergeable")


@dataclass(frozen=True, slots=True)
class OpenPullRequest:
    """The recorded fields that a refresh of checks compares. `urgent`: the checks may end at any moment."""

    repository: Repository
    node_id: str
    state: str
    head_sha: str
    updated_at: datetime
    ci: str
    mergeable: str
    urgent: bool


def pull_requests_with_checks_due(
    repositories: Sequence[Repository], settled: Collection[int], now: datetime
) -> list[OpenPullRequest]:
    """The pull requests whose checks are due: in repositories of `settled` all open ones, else only pending ones."""
    if not repositories:
        return []
    by_pk = {repository.pk: repository for repository in repositories}
    pending = Q(ci="pending") | Q(pushed_at__gt=now - FRESH_PUSH, ci__in=("none", "unknown"))
    rows = PullRequest.objects.filter(pending | Q(repository__in=settled), repository__in=by_pk, state="open")
    found = (_open(by_pk[row[0]], row, now) for row in rows.values_list("repository_id", *COMPARED, "pushed_at"))
    return [one for one in found if one.urgent or one.repository.pk in settled]


def _open(repository: Repository, row: tuple[Any, ...], now: datetime) -> OpenPullRequest:
    known = dict(zip(COMPARED, row[1:], strict=False))
    return OpenPullRequest(repository, **known, urgent=is_urgent(known["ci"], row[-1], repository.last_polled_at, now))


def is_urgent(ci: str, pushed_at: datetime | None, last_look: datetime | None, now: datetime) -> bool:
    """Whether checks are due at each look: pending ones, and absent ones in the first ten minutes after a push.

    An hour after the push, pending checks are due only every five minutes.
    """
    age = now - pushed_at if pushed_at else LONG_PENDING
    if ci in SETTLED or (ci != "pending" and age > FRESH_PUSH):
        return False
    return age < LONG_PENDING or last_look is None or crosses_boundary(last_look, now, LONG_PENDING_SECONDS)


def changed_beyond_checks(one: OpenPullRequest, checks: Checks) -> bool:
    """Whether the pull request itself changed: then it is read completely, and the result of the refresh is dropped."""
    return (checks.head_sha, checks.updated_at, checks.state) != (one.head_sha, one.updated_at, one.state)


def has_new_checks(one: OpenPullRequest, checks: Checks) -> bool:
    """Whether only checks or mergeability changed; `unknown` is no change."""
    same_ci = checks.ci in ("unknown", one.ci)
    return not changed_beyond_checks(one, checks) and not (same_ci and checks.mergeable in ("unknown", one.mergeable))
