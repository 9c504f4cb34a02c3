"""What the main process of a cluster does every second: start the schedules that are due, and write a heartbeat."""

import logging
import time

from django.db import Error, close_old_connections
from django.utils import timezone
from django_q.brokers import Broker, get_broker
from django_q.models import Schedule
from django_q.scheduler import scheduler
from redis.exceptions import RedisError

from monitor.background import schedules
from monitor.models import Heartbeat

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5.0
OUTAGE = (Error, RedisError, OSError)


class Ticker:
    """One tick per second. While the database or the broker is away, the ticks go on; the log says so once, and once again after."""

    def __init__(self) -> None:
        self._broker: Broker | None = None
        self._beat_at = 0.0
        self._failing = False

    def tick(self) -> None:
        try:
            close_old_connections()  # also closes a connection that has just failed
            self._send_off()
            self._beat()
        except OUTAGE as error:
            self._failed(error)
        else:
            self._worked()

    def _send_off(self) -> None:
        # The read comes first: the scheduler locks its rows, and on SQLite that is the single write lock of all processes.
        due = Schedule.objects.exclude(repeats=0).filter(next_run__lt=timezone.now())
        if not due.exists():
            return
        self._broker = self._broker or get_broker()
        self._broker.ping()
        scheduler(broker=self._broker)

    def _beat(self) -> None:
        if time.monotonic() - self._beat_at < HEARTBEAT_SECONDS and self._beat_at:
            return
        if not self._beat_at:
            schedules.run_now(
                schedules.CREDENTIALS
            )  # what a credential may not read is said at the start, and hourly then
        write_heartbeat()
        self._beat_at = time.monotonic()

    def _failed(self, error: Exception) -> None:
        if not self._failing:
            logger.error("schedules wait: %s", " ".join(str(error).split()))
        self._failing = True

    def _worked(self) -> None:
        if self._failing:
            logger.warning("schedules go on")
        self._failing = False


def write_heartbeat() -> None:
    """Writes the heartbeat `worker`, which health and pages read."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name="worker", at=timezone.now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at", "failing_since", "message"],
    )
