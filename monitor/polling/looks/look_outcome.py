"""Computes the columns of a repository's row after a look: succeeded, failed, missing, postponed or unfinished."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.models.repository import Repository
from monitor.polling.looks import status_messages
from monitor.polling.pacing.intervals import INACCESSIBLE_SECONDS, NextLook, backoff

MISSES = 3
MISSING_FOR = timedelta(minutes=10)
RECONCILE_AFTER_OUTAGE = timedelta(minutes=10)
RECONCILE_AFTER_SILENCE = timedelta(hours=24)

Columns = dict[str, Any]
_HEALTHY: Columns = {"status_message": "", "failing_since": None, "failures": 0, "missing_since": None, "misses": 0}


def succeeded(
    repository: Repository, now: datetime, again: NextLook, unread: Mapping[str, datetime] | None = None
) -> Columns:
    """The columns after a successful look that began at `now`.

    After a long failure or pause, they ask for a reconciliation: the looks may have missed closings. `unread`: the pull
    requests that GitHub could not answer for, each with the time since when.
    """
    columns = _HEALTHY | {
        "status": Repository.Status.OK,
        "status_message": status_messages.unread_message(unread or {}),
        "last_tried_at": now,
        "last_polled_at": now,
        "next_poll_at": again.at,
        "effective_interval_seconds": again.interval,
        "batch_limit": None,
    }
    return columns | ({"reconciled_at": None} if was_away(repository, now) else {})


def was_away(repository: Repository, now: datetime) -> bool:
    """Whether looks failed for ten minutes, the repository was missing, or there was no look for a day.

    Postponed looks do not count: the next probe reads back to the known state. Otherwise a spent rate limit would cause
    a reconciliation of all repositories, which would spend the next hour's limit.
    """
    if repository.first_read_at is None:
        return False
    since = repository.failing_since if repository.failures else None
    failing = since is not None and now - since >= RECONCILE_AFTER_OUTAGE
    silent = repository.last_polled_at is None or now - repository.last_polled_at >= RECONCILE_AFTER_SILENCE
    return failing or silent or repository.missing_since is not None


def unfinished(repository: Repository, now: datetime, message: str = "") -> Columns:
    """The columns after a look that could not read everything: the repository is due again at once."""
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
    """The columns after a failed look: what failed, since when, and when the next look is.

    `until`: the time of the next look, if known; otherwise the pauses grow.
    """
    failures = repository.failures + 1
    since = repository.failing_since or now
    again = max(until, now + timedelta(seconds=1)) if until else now + backoff(failures, interval)
    return {
        "status": _status_after_failure(repository),
        "status_message": status_messages.status_message(what, since, failures, again),
        "failing_since": since,
        "failures": failures,
        "last_tried_at": now,
        "next_poll_at": again,
    }


def postponed(repository: Repository, what: str, now: datetime, until: datetime) -> Columns:
    """The columns of a postponed look: prmonitor may not ask before `until`. This counts as no try and no failure."""
    since = repository.failing_since or now
    return {
        "status": _status_after_failure(repository),
        "status_message": status_messages.status_message(what, since, repository.failures, until),
        "failing_since": since,
        "next_poll_at": max(until, now + timedelta(seconds=1)),
    }


def missing(repository: Repository, now: datetime, *, interval: int) -> Columns:
    """The columns if GitHub does not show the repository.

    After three such looks, the last at least ten minutes after the first, the repository is inaccessible: prmonitor
    looks at it hourly and deletes nothing.
    """
    misses, since = repository.misses + 1, repository.missing_since or now
    gone = misses >= MISSES and now - since >= MISSING_FOR
    wait = timedelta(seconds=INACCESSIBLE_SECONDS) if gone else min(backoff(misses, interval), timedelta(minutes=4))
    failing = repository.failing_since or since
    return {
        "status": Repository.Status.INACCESSIBLE if gone else _status_after_failure(repository),
        "status_message": status_messages.status_message(
            status_messages.MISSING, failing, repository.failures + 1, now + wait
        ),
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
    """The columns if GitHub failed on the whole batch: the next query asks for this repository with fewer others."""
    return {"batch_limit": limit, "last_tried_at": now, "next_poll_at": now + timedelta(seconds=1)}


def _status_after_failure(repository: Repository) -> str:
    """The status after a failed look; an inaccessible repository stays inaccessible until GitHub shows it again."""
    gone = repository.status == Repository.Status.INACCESSIBLE
    return Repository.Status.INACCESSIBLE if gone else Repository.Status.ERROR
