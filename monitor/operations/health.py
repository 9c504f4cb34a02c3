"""Judges whether the database, the worker, polling and GitHub work."""

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from monitor.models import Heartbeat
from monitor.polling.pacing.leases import watched_repositories

State = Literal["ok", "failing", "starting", "unknown"]

# A worker writes its heartbeat every few seconds.
WORKER_SILENT_AFTER = timedelta(seconds=30)
# The credentials are checked every hour, so GitHub answers at least that often.
GITHUB_SILENT_AFTER = timedelta(hours=2)
# After the start the worker needs a moment, and repositories that became due while nothing ran need a round.
GRACE_SECONDS = 60
_STARTED = time.monotonic()


@dataclass(frozen=True, slots=True)
class HealthReport:
    """The state of each part. `starting`: not a failure yet. `unknown`: cannot be determined."""

    database: State
    worker: State = "unknown"
    polling: State = "unknown"
    github: State = "unknown"

    @property
    def ok(self) -> bool:
        """Whether no part is failing."""
        return "failing" not in (self.database, self.worker, self.polling, self.github)

    @property
    def serving(self) -> bool:
        """Whether this process can serve requests. A load balancer keeps it in rotation while GitHub is unavailable."""
        return "failing" not in (self.database, self.worker)

    def as_json(self) -> dict[str, object]:
        """The response of `GET /health`."""
        return {"status": "ok" if self.ok else "failing", "version": settings.VERSION, "checks": asdict(self)}


def current_health() -> HealthReport:
    """The state now, in at most two queries."""
    return health_at(timezone.now(), time.monotonic() - _STARTED)


def health_at(now: datetime, up_seconds: float) -> HealthReport:
    """The state at `now`, in a process that has been running for `up_seconds`."""
    try:
        beats = {beat.name: beat for beat in Heartbeat.objects.all()}
        first_due = watched_repositories().order_by("next_poll_at").values_list("next_poll_at", flat=True).first()
    except Error:
        connection.close()
        return HealthReport(database="failing")
    not_yet: State = "starting" if up_seconds < GRACE_SECONDS else "failing"
    worker = beats.get("worker")
    alive = worker is not None and now - worker.at < WORKER_SILENT_AFTER
    late = first_due is not None and _is_late(first_due, now)
    return HealthReport(
        database="ok",
        worker="ok" if alive else not_yet,
        polling=not_yet if late else _polling(beats.get("poll"), anything_watched=first_due is not None),
        github=_github(beats.get("github"), now),
    )


def _is_late(due: datetime, now: datetime) -> bool:
    """Whether a repository has been due for more than three intervals and a minute."""
    return due < now - timedelta(seconds=3 * settings.POLLING_INTERVAL_SECONDS + 60)


def _polling(beat: Heartbeat | None, *, anything_watched: bool) -> State:
    """Whether looks complete. A look that GitHub does not answer counts as GitHub's failure, not as polling's."""
    return "failing" if beat is not None and beat.failing_since and anything_watched else "ok"


def _github(beat: Heartbeat | None, now: datetime) -> State:
    """The state by GitHub's last answer; unknown if prmonitor has not asked for long."""
    if beat is not None and beat.failing_since:
        return "failing"
    return "ok" if beat is not None and now - beat.at < GITHUB_SILENT_AFTER else "unknown"
