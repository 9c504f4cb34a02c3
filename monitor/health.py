"""Whether everything works: the database, the worker, polling, GitHub."""

import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from monitor.models import Heartbeat
from monitor.polling.leases import watched

State = Literal["ok", "failing", "starting", "unknown"]

# A worker gives a sign of life every few seconds.
SILENT_AFTER = timedelta(seconds=30)
# The credentials are checked every hour, whatever else is asked.
ANSWERS_LAST = timedelta(hours=2)
# After the start the worker needs a moment, and what was due while nobody ran needs a round.
GRACE_SECONDS = 60
_STARTED = time.monotonic()


@dataclass(frozen=True, slots=True)
class Health:
    """One word for each part; `starting` is no failure yet, `unknown` cannot be found out."""

    database: State
    worker: State = "unknown"
    polling: State = "unknown"
    github: State = "unknown"

    @property
    def ok(self) -> bool:
        """Nothing is failing."""
        return "failing" not in (self.database, self.worker, self.polling, self.github)

    @property
    def serving(self) -> bool:
        """This process is of use. GitHub being away must not take it out of rotation."""
        return "failing" not in (self.database, self.worker)

    def as_json(self) -> dict[str, object]:
        """The answer of `GET /health`."""
        return {"status": "ok" if self.ok else "failing", "version": settings.VERSION, "checks": asdict(self)}


def health() -> Health:
    """How it stands now: at most two queries."""
    return judge(timezone.now(), time.monotonic() - _STARTED)


def judge(now: datetime, up_seconds: float) -> Health:
    """How it stands at `now` for a process that has been up for `up_seconds`."""
    try:
        beats = {beat.name: beat for beat in Heartbeat.objects.all()}
        first_due = watched().order_by("next_poll_at").values_list("next_poll_at", flat=True).first()
    except Error:
        connection.close()
        return Health(database="failing")
    not_yet: State = "starting" if up_seconds < GRACE_SECONDS else "failing"
    worker = beats.get("worker")
    alive = worker is not None and now - worker.at < SILENT_AFTER
    late = first_due is not None and _is_late(first_due, now)
    return Health(
        database="ok",
        worker="ok" if alive else not_yet,
        polling=not_yet if late else _polling(beats.get("poll"), anything_watched=first_due is not None),
        github=_github(beats.get("github"), now),
    )


def _is_late(due: datetime, now: datetime) -> bool:
    """Whether a repository has been due for much longer than its interval."""
    return due < now - timedelta(seconds=3 * settings.POLLING_INTERVAL_SECONDS + 60)


def _polling(beat: Heartbeat | None, *, anything_watched: bool) -> State:
    """Whether looks come to their end; that GitHub does not answer is not their fault."""
    return "failing" if beat is not None and beat.failing_since and anything_watched else "ok"


def _github(beat: Heartbeat | None, now: datetime) -> State:
    """What its last answer was, unless that is so long ago that nobody seems to ask."""
    if beat is not None and beat.failing_since:
        return "failing"
    return "ok" if beat is not None and now - beat.at < ANSWERS_LAST else "unknown"
