"""Every question to GitHub goes through here: points are set aside before, settled after, and trouble makes all wait.

One row an identity and resource, changed by conditional UPDATEs only: processes never agree by talking to each other.
Nothing here waits. Who may not ask now is told until when (`Blocked`), and the caller's own row carries that time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Case, F, Q, TextField, Value, When
from django.utils import timezone

from monitor.github.allowance import Purpose, affordable, pause_after
from monitor.github.answers import Answer, Cost
from monitor.github.errors import GitHubError, RateLimited
from monitor.models import RateLimit

A = TypeVar("A", bound=Answer[Any])
GRAPHQL = "graphql"
HOUR = timedelta(hours=1)
CLOCK_SLACK = timedelta(seconds=5)


class Blocked(GitHubError):
    """We may not ask GitHub before `until`: it said so, it is down, or our share of the hour is spent."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


def ask(identity: str, purpose: Purpose, points: int, call: Callable[[], A]) -> A:
    """Asks GitHub once, within the budget. Errors: Blocked without asking, and the client's own."""
    reserve(identity, points, purpose, timezone.now())
    try:
        answer = call()
    except GitHubError as error:
        _note_trouble(identity, points, error, timezone.now())
        raise
    settle(identity, points, answer.cost, timezone.now())
    return answer


def row_of(identity: str) -> RateLimit:
    """What is known about an identity's GraphQL budget."""
    return RateLimit.objects.get_or_create(identity=identity, resource=GRAPHQL)[0]


def reserve(identity: str, points: int, purpose: Purpose, now: datetime) -> None:
    """Sets `points` aside in one conditional UPDATE. Errors: Blocked."""
    if _reserved(identity, points, purpose, now):
        return
    row = row_of(identity)
    _open_window(row, now)
    if not _reserved(identity, points, purpose, now):
        row.refresh_from_db()
        raise _blocked(row, points, purpose, now)


def _mine(identity: str) -> Any:
    return RateLimit.objects.filter(identity=identity, resource=GRAPHQL)


def _reserved(identity: str, points: int, purpose: Purpose, now: datetime) -> bool:
    enough = Q(
        spent__lte=F("limit") * purpose.share / 100 - points,
        remaining__gte=F("limit") * purpose.left / 100 + points,
    )
    free = Q(blocked_until=None) | Q(blocked_until__lte=now)
    rows = _mine(identity).filter(free, enough | Q(limit=0), Q(reset_at=None) | Q(reset_at__gt=now))
    return bool(rows.update(spent=F("spent") + points, remaining=F("remaining") - points, updated_at=now))


def _open_window(row: RateLimit, now: datetime) -> None:
    """A new hour, and an end to times that were written by a clock that ran ahead."""
    if row.updated_at > now + CLOCK_SLACK:
        _mine(row.identity).update(blocked_until=None, reset_at=None, spent=0, remaining=F("limit"), updated_at=now)
    elif row.reset_at is not None and row.reset_at <= now:
        old = _mine(row.identity).filter(reset_at=row.reset_at)
        old.update(reset_at=None, spent=0, remaining=F("limit"), updated_at=now)


def _blocked(row: RateLimit, points: int, purpose: Purpose, now: datetime) -> Blocked:
    if row.blocked_until is not None and row.blocked_until > now:
        return Blocked(row.message or "GitHub asked us to wait.", row.blocked_until)
    until = row.reset_at if row.reset_at and row.reset_at > now else now + timedelta(minutes=1)
    if affordable(row.limit, row.remaining, row.spent, points, purpose):
        return Blocked("Another process is asking GitHub.", now + timedelta(seconds=1))
    if row.remaining * 100 < row.limit * max(purpose.left, 1):
        return Blocked("GitHub's hourly limit is used up.", until)
    return Blocked("prmonitor's share of GitHub's hourly limit (80 %) is used up.", until)


def settle(identity: str, reserved: int, cost: Cost, now: datetime) -> None:
    """Puts what GitHub said in the place of what was set aside; an answer ends all strikes.

    A pause that another process was told meanwhile stays: this answer was asked for before.
    """
    paused = When(blocked_until__gt=now, then=F("strikes"))
    words = When(blocked_until__gt=now, then=F("message"))
    _mine(identity).update(
        strikes=Case(paused, default=Value(0)),
        message=Case(words, default=Value(""), output_field=TextField()),
        **_settled(reserved, cost, now),
    )


def _settled(reserved: int, cost: Cost, now: datetime) -> dict[str, Any]:
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


def _note_trouble(identity: str, reserved: int, error: GitHubError, now: datetime) -> None:
    row = row_of(identity)
    columns: dict[str, Any] = {"updated_at": now, "strikes": F("strikes") + 1, "message": str(error)}
    if error.cost is not None and error.cost.limit is not None:
        columns.update(_settled(reserved, error.cost, now))
    if (until := pause_after(error, row.strikes, now)) is not None:
        columns["blocked_until"] = until
    if isinstance(error, RateLimited) and not error.primary:
        columns["batch_size"] = max(5, row.batch_size // 2)
        columns["fast_answers"] = 0
    _mine(identity).update(**columns)
