"""What becomes of a repository's row after a look: found, failed, missing or put off; as columns to write."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitor.models.repository import Repository
from monitor.polling import words
from monitor.polling.cadence import INACCESSIBLE_SECONDS, backoff

MISSES = 3
MISSING_FOR = timedelta(minutes=10)
RECONCILE_AFTER_OUTAGE = timedelta(minutes=10)
RECONCILE_AFTER_SILENCE = timedelta(hours=24)

Columns = dict[str, Any]
_HEALTHY: Columns = {"status_message": "", "failing_since": None, "failures": 0, "missing_since": None, "misses": 0}


@dataclass(frozen=True, slots=True)
class Next:
    """When a repository is due again, and the interval that is in force for it."""

    at: datetime
    interval: int


def found(repository: Repository, now: datetime, again: Next) -> Columns:
    """The look that began at `now` worked.

    One that ends a long failure or silence asks for a reconciliation: closings may have been missed.
    """
    columns = _HEALTHY | {
        "status": Repository.Status.OK,
        "last_tried_at": now,
        "last_polled_at": now,
        "next_poll_at": again.at,
        "effective_interval_seconds": again.interval,
        "batch_limit": None,
    }
    return columns | ({"reconciled_at": None} if was_away(repository, now) else {})


def was_away(repository: Repository, now: datetime) -> bool:
    """Whether looks failed for ten minutes, the repository was gone, or nobody looked for a day.

    One that was only put off was not away: the next probe pages back to what we know. Else a spent allowance would be
    followed by a reconciliation of everything, which spends the next one.
    """
    if repository.first_read_at is None:
        return False
    since = repository.failing_since if repository.failures else None
    failing = since is not None and now - since >= RECONCILE_AFTER_OUTAGE
    silent = repository.last_polled_at is None or now - repository.last_polled_at >= RECONCILE_AFTER_SILENCE
    return failing or silent or repository.missing_since is not None


def unfinished(repository: Repository, now: datetime, message: str = "") -> Columns:
    """There was more to read than fits in one go: due again at once, from where the database stands."""
    columns: Columns = {"last_tried_at": now, "next_poll_at": now, "batch_limit": None}
    if repository.first_read_at is None:
        columns |= {
            "status": Repository.Status.PENDING,
            "status_message": message,
            "failing_since": None,
            "failures": 0,
        }
    return columns


def failed(
    repository: Repository, what: str, now: datetime, *, interval: int, until: datetime | None = None
) -> Columns:
    """The look failed: the row says what, since when and when again. `until`: a time that is known better than ours."""
    failures = repository.failures + 1
    since = repository.failing_since or now
    again = max(until, now + timedelta(seconds=1)) if until else now + backoff(failures, interval)
    return {
        "status": _status_failing(repository),
        "status_message": words.status_message(what, since, failures, again),
        "failing_since": since,
        "failures": failures,
        "last_tried_at": now,
        "next_poll_at": again,
    }


def put_off(repository: Repository, what: str, now: datetime, until: datetime) -> Columns:
    """Nothing was asked, because nothing may be asked before `until`: no try, and no failure of the repository's own."""
    since = repository.failing_since or now
    return {
        "status": _status_failing(repository),
        "status_message": words.status_message(what, since, repository.failures, until),
        "failing_since": since,
        "next_poll_at": max(until, now + timedelta(seconds=1)),
    }


def missing(repository: Repository, now: datetime, *, interval: int) -> Columns:
    """GitHub does not show it. Three times over ten minutes and it counts as inaccessible: asked hourly, nothing deleted."""
    misses, since = repository.misses + 1, repository.missing_since or now
    gone = misses >= MISSES and now - since >= MISSING_FOR
    wait = timedelta(seconds=INACCESSIBLE_SECONDS) if gone else min(backoff(misses, interval), timedelta(minutes=4))
    failing = repository.failing_since or since
    return {
        "status": Repository.Status.INACCESSIBLE if gone else _status_failing(repository),
        "status_message": words.status_message(words.MISSING, failing, repository.failures + 1, now + wait),
        "failing_since": failing,
        "failures": repository.failures + 1,
        "misses": misses,
        "missing_since": since,
        "last_tried_at": now,
        "next_poll_at": now + wait,
        "batch_limit": None,
        **({"effective_interval_seconds": INACCESSIBLE_SECONDS} if gone else {}),
    }


def narrowed(limit: int, now: datetime) -> Columns:
    """GitHub gave up on the whole batch: at the next tick the repository is asked for among fewer."""
    return {"batch_limit": limit, "last_tried_at": now, "next_poll_at": now + timedelta(seconds=1)}


def _status_failing(repository: Repository) -> str:
    """An inaccessible repository stays so until GitHub shows it again."""
    gone = repository.status == Repository.Status.INACCESSIBLE
    return Repository.Status.INACCESSIBLE if gone else Repository.Status.ERROR
