"""The open pull requests whose checks are due: pending ones at each look, settled ones now and then."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from monitor.github.answers import Checks
from monitor.models import PullRequest, Repository
from monitor.polling.cadence import crosses

FRESH_PUSH = timedelta(minutes=10)
LONG_PENDING = timedelta(hours=1)
LONG_PENDING_SECONDS = 300
SETTLED = ("success", "failure")
COMPARED = ("node_id", "state", "head_sha", "updated_at", "ci", "mergeable")


@dataclass(frozen=True, slots=True)
class Open:
    """An open pull request as far as a sweep can be compared with it; `urgent`: its checks may end any moment."""

    repository: Repository
    node_id: str
    state: str
    head_sha: str
    updated_at: datetime
    ci: str
    mergeable: str
    urgent: bool


def open_in(repositories: Sequence[Repository], settled: Collection[int], now: datetime) -> list[Open]:
    """What to sweep: of repositories in `settled` all that is open, of the others only what is pending."""
    if not repositories:
        return []
    by_pk = {repository.pk: repository for repository in repositories}
    pending = Q(ci="pending") | Q(pushed_at__gt=now - FRESH_PUSH, ci__in=("none", "unknown"))
    rows = PullRequest.objects.filter(pending | Q(repository__in=settled), repository__in=by_pk, state="open")
    found = (_open(by_pk[row[0]], row, now) for row in rows.values_list("repository_id", *COMPARED, "pushed_at"))
    return [one for one in found if one.urgent or one.repository.pk in settled]


def _open(repository: Repository, row: tuple[Any, ...], now: datetime) -> Open:
    known = dict(zip(COMPARED, row[1:], strict=False))
    return Open(repository, **known, urgent=urgent(known["ci"], row[-1], repository.last_polled_at, now))


def urgent(ci: str, pushed_at: datetime | None, last_look: datetime | None, now: datetime) -> bool:
    """Pending checks, or none yet ten minutes after a push: at each look, after an hour only every five minutes."""
    age = now - pushed_at if pushed_at else LONG_PENDING
    if ci in SETTLED or (ci != "pending" and age > FRESH_PUSH):
        return False
    return age < LONG_PENDING or last_look is None or crosses(last_look, now, LONG_PENDING_SECONDS)


def moved(one: Open, checks: Checks) -> bool:
    """Whether the pull request itself changed: then it is read in full, and what the sweep said of it is dropped."""
    return (checks.head_sha, checks.updated_at, checks.state) != (one.head_sha, one.updated_at, one.state)


def news_in(one: Open, checks: Checks) -> bool:
    """Whether its checks or its mergeability changed and nothing else did; unknown is no news."""
    same_ci = checks.ci in ("unknown", one.ci)
    return not moved(one, checks) and not (same_ci and checks.mergeable in ("unknown", one.mergeable))
