"""Reserves points of GitHub's rate limit before each query, settles them after the answer, and stores pauses.

The shares and the lengths of pauses are decided in `rate_limit_policy`.

There is one `RateLimit` row per identity and resource. Processes coordinate only by conditional UPDATEs of that row.
Nothing in this module waits. A caller that may not ask now gets `Blocked` with the time until which it must wait.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from monitor.github.answers import GitHubAnswer, QueryCost
from monitor.github.client import Client
from monitor.github.errors import GitHubError, Overloaded, RateLimited, Unavailable
from monitor.github.rate_limit_policy import (
    OVERLOADS_THAT_ARE_AN_OUTAGE,
    Purpose,
    is_affordable,
    is_outage,
    pause_after,
)
from monitor.models import RateLimit

A = TypeVar("A", bound=GitHubAnswer[Any])
GRAPHQL = "graphql"
HOUR = timedelta(hours=1)
CLOCK_SLACK = timedelta(seconds=5)
# The smallest question is answered, or given up, within this time; a process that dies meanwhile delays the next as long.
CANARY_SECONDS = timedelta(seconds=20)
OVERLOADS_UNTIL_CHECKED = 2


class Blocked(GitHubError):
    """prmonitor may not ask GitHub before `until`: GitHub said so, GitHub is down, or the hourly share is spent."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


def ask(client: Client, purpose: Purpose, points: int, call: Callable[[], A]) -> A:
    """Asks GitHub once, within the budget. Raises `Blocked` before it asks, or an error of the client.

    In an outage it first asks the smallest question, unless another process does; only an answer ends the outage.
    """
    identity = client.identity
    _end_outage(client, timezone.now())
    reserve(identity, points, purpose, timezone.now())
    try:
        answer = call()
    except GitHubError as error:
        judged = _judged(client, error)
        _record_error(identity, points, judged, timezone.now())
        if judged is error:
            raise
        raise judged from error
    settle(identity, points, answer.cost, timezone.now())
    return answer


def check_outage(now: datetime) -> None:
    """Raises `Blocked` while GitHub cannot be reached with any credential that was used lately."""
    rows = RateLimit.objects.filter(resource=GRAPHQL)
    away = rows.filter(outage_since__isnull=False).order_by("-blocked_until").first()
    if away is None or rows.filter(outage_since=None, updated_at__gt=away.outage_since).exists():
        return
    raise Blocked(away.message, max(away.blocked_until or now, now + timedelta(seconds=1)))


def _end_outage(client: Client, now: datetime) -> None:
    """In an outage whose pause is over, asks the smallest question. Raises `Blocked` if the outage goes on.

    Only one process asks: the one whose UPDATE moves the pause on. The others are blocked meanwhile.
    """
    over = _rows_of(client.identity).filter(outage_since__isnull=False, blocked_until__lte=now)
    if not over.update(blocked_until=now + CANARY_SECONDS):
        return  # no outage, or `reserve` finds the pause
    try:
        answer = client.rate_limit()
    except GitHubError as error:
        _record_error(client.identity, 0, error, timezone.now(), in_outage=True)
        row = rate_limit_for(client.identity)
        raise Blocked(str(error), row.blocked_until or now) from error
    _rows_of(client.identity).update(outage_since=None, blocked_until=None)
    settle(client.identity, 0, answer.cost, timezone.now())


def _judged(client: Client, error: GitHubError) -> GitHubError:
    """Whose fault an unusable answer is: GitHub's as a whole, or that of what was asked for.

    Where GitHub answers the smallest question, the fault is the question's: the caller then asks for less, until only
    what GitHub fails on is left. An overload is what it says, until several followed each other.
    """
    if not isinstance(error, Unavailable):
        return error
    if isinstance(error, Overloaded) and rate_limit_for(client.identity).strikes < OVERLOADS_UNTIL_CHECKED:
        return error
    try:
        client.rate_limit()
    except Unavailable as outage:
        return Unavailable(str(error), retry_after=outage.retry_after or error.retry_after, cost=error.cost)
    except GitHubError:
        return error
    return error if isinstance(error, Overloaded) else Overloaded(str(error), cost=error.cost)


def rate_limit_for(identity: str) -> RateLimit:
    """The row with the GraphQL rate limit of an identity."""
    return RateLimit.objects.get_or_create(identity=identity, resource=GRAPHQL)[0]


def reserve(identity: str, points: int, purpose: Purpose, now: datetime) -> None:
    """Reserves `points` in one conditional UPDATE. Raises `Blocked`."""
    if _try_to_reserve(identity, points, purpose, now):
        return
    row = rate_limit_for(identity)
    _start_new_hour(row, now)
    if not _try_to_reserve(identity, points, purpose, now):
        row.refresh_from_db()
        raise _blocked_error(row, points, purpose, now)


def _rows_of(identity: str) -> Any:
    return RateLimit.objects.filter(identity=identity, resource=GRAPHQL)


def _try_to_reserve(identity: str, points: int, purpose: Purpose, now: datetime) -> bool:
    enough = Q(
        spent__lte=F("limit") * purpose.share / 100 - points,
        remaining__gte=F("limit") * purpose.left / 100 + points,
    )
    free = Q(blocked_until=None) | Q(blocked_until__lte=now)
    rows = _rows_of(identity).filter(free, enough | Q(limit=0), Q(reset_at=None) | Q(reset_at__gt=now))
    return bool(rows.update(spent=F("spent") + points, remaining=F("remaining") - points, updated_at=now))


def _start_new_hour(row: RateLimit, now: datetime) -> None:
    """Starts a new hour if the last one is over. Also resets times that a clock that ran ahead has written."""
    if row.updated_at > now + CLOCK_SLACK:
        _rows_of(row.identity).update(blocked_until=None, reset_at=None, spent=0, remaining=F("limit"), updated_at=now)
    elif row.reset_at is not None and row.reset_at <= now:
        old = _rows_of(row.identity).filter(reset_at=row.reset_at)
        old.update(reset_at=None, spent=0, remaining=F("limit"), updated_at=now)


def _blocked_error(row: RateLimit, points: int, purpose: Purpose, now: datetime) -> Blocked:
    if row.blocked_until is not None and row.blocked_until > now:
        return Blocked(row.message or "GitHub asked us to wait.", row.blocked_until)
    until = row.reset_at if row.reset_at and row.reset_at > now else now + timedelta(minutes=1)
    if is_affordable(row.limit, row.remaining, row.spent, points, purpose):
        return Blocked("Another process is asking GitHub.", now + timedelta(seconds=1))
    if row.remaining * 100 < row.limit * max(purpose.left, 1):
        return Blocked("GitHub's hourly limit is used up.", until)
    return Blocked("prmonitor's share of GitHub's hourly limit (80 %) is used up.", until)


def settle(identity: str, reserved: int, cost: QueryCost, now: datetime) -> None:
    """Replaces the reserved points with the cost that GitHub states; an answer resets the count of strikes.

    A pause that another process has received meanwhile stays: the query of this answer is older than that pause.
    """
    paused = When(blocked_until__gt=now, then=F("strikes"))
    words = When(blocked_until__gt=now, then=F("message"))
    _rows_of(identity).update(
        strikes=Case(paused, default=Value(0)),
        message=Case(words, default=Value(""), output_field=TextField()),
        **_settled_columns(reserved, cost, now),
    )


def _settled_columns(reserved: int, cost: QueryCost, now: datetime) -> dict[str, Any]:
    more = F("spent") + (cost.points - reserved)
    waited = {"seconds": F("seconds") + cost.seconds}
    if cost.limit is None or cost.remaining is None or cost.resource != GRAPHQL:
        return waited | {"spent": more, "updated_at": now, **({"limit": 0} if cost.resource == GRAPHQL else {})}
    reset = cost.reset_at or now + HOUR
    fresh = When(Q(reset_at__lt=reset - timedelta(minutes=1)), then=Value(cost.points))
    return waited | {
        "spent": Case(fresh, default=more),
        "limit": cost.limit,
        "remaining": cost.remaining,
        "reset_at": reset,
        "updated_at": now,
    }


def _record_error(identity: str, reserved: int, error: GitHubError, now: datetime, *, in_outage: bool = False) -> None:
    row = rate_limit_for(identity)
    ends_outage = row.outage_since is not None and not isinstance(error, Unavailable)
    columns: dict[str, Any] = {"updated_at": now, "strikes": F("strikes") + 1, "message": str(error)}
    strikes = max(row.strikes, OVERLOADS_THAT_ARE_AN_OUTAGE) if in_outage else row.strikes
    if ends_outage:  # its failures do not make the pause after a refusal longer
        columns["strikes"], strikes = 1, 0
    if error.cost is not None and error.cost.limit is not None:
        columns.update(_settled_columns(reserved, error.cost, now))
    interval = settings.POLLING_INTERVAL_SECONDS
    if (until := pause_after(error, strikes, now, interval)) is not None:
        columns["blocked_until"] = until
    if is_outage(error, strikes):
        columns["outage_since"] = Coalesce("outage_since", Value(now))
    elif ends_outage:
        columns["outage_since"] = None  # GitHub refuses, and so it can be reached
    if isinstance(error, RateLimited) and not error.primary:
        columns["batch_size"] = max(5, row.batch_size // 2)
        columns["fast_answers"] = 0
    _rows_of(identity).update(**columns)
