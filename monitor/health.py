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
        late = _late(now)
    except Error:
        connection.close()
        return Health(database="failing")
    not_yet: State = "starting" if up_seconds < GRACE_SECONDS else "failing"
    worker, github = beats.get("worker"), beats.get("github")
    alive = worker is not None and now - worker.at < SILENT_AFTER
    return Health(
        database="ok",
        worker="ok" if alive else not_yet,
        polling=not_yet if late else "ok",
        github="unknown" if github is None else "failing" if github.failing_since else "ok",
    )


def _late(now: datetime) -> bool:
    """Whether a watched repository has been due for much longer than its interval."""
    overdue = now - timedelta(seconds=3 * settings.POLLING_INTERVAL_SECONDS + 60)
    return watched().filter(next_poll_at__lt=overdue).exists()
