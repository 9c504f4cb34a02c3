"""One django-q2 cluster and the main process that watches it."""

import contextlib
import logging
import os
import signal
import threading
import time
from typing import Any

from django.db import connections
from django_q.cluster import Cluster, get_mp_context
from django_q.conf import Conf

from monitor.runtime.cluster import main_loop
from monitor.runtime.cluster.sentinel import FailFastSentinel, StopEvent

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
# The sentinel's loop runs twice per second. After a minute without a run, it waits for a lock that is never released.
STILL_SECONDS = 60.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class FailFastCluster(Cluster):
    """A cluster whose main process checks the schedules, and which ends when one of its processes was killed.

    `own_group`: the sentinel and its workers leave the terminal's session, so that a signal to the foreground group reaches
    only the main process. In a stock cluster such a signal kills workers that hold the queue's lock, and the rest hangs.
    """

    def __init__(self, *, own_group: bool) -> None:
        super().__init__()
        self._own_group = own_group
        self._asked = threading.Event()
        self._hurry = False
        self._pulse = get_mp_context().Value("d", time.monotonic())
        for number in _STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)

    def _on_signal(self, *_: Any) -> None:
        self._hurry = self._asked.is_set()
        self._asked.set()

    def ask_to_stop(self) -> None:
        """Does what a first SIGTERM does; may be called from any thread."""
        self._asked.set()

    def start(self) -> int:
        # Both processes would close a connection that is shared over a fork.
        connections.close_all()
        context = get_mp_context()
        self.stop_event, self.start_event = context.Event(), context.Event()
        self._pulse.value = time.monotonic()
        self.sentinel = context.Process(target=self._run_sentinel, args=(os.getpid(),), name="sentinel")
        self.sentinel.start()
        return int(self.pid)

    def _run_sentinel(self, parent: int) -> None:
        if self._own_group:
            os.setsid()
        FailFastSentinel(
            StopEvent(self.stop_event, self._pulse, parent),
            self.start_event,
            self.cluster_id,
            self.broker,
            self.timeout,
        )

    def watch(self) -> int:
        """Ticks once a second until asked to stop (0), or until the cluster has broken (1)."""
        ticker = main_loop.Ticker()
        while not self._asked.wait(TICK_SECONDS):
            if not self.sentinel.is_alive():
                logger.error("the cluster's sentinel ended (exit code %s)", self.sentinel.exitcode)
                self._end_at_once()
                return 1
            if time.monotonic() - self._pulse.value > STILL_SECONDS:
                logger.error("the cluster's sentinel has stood still for %.0f seconds", STILL_SECONDS)
                self._end_at_once()
                return 1
            if self.start_event.is_set():
                ticker.tick()
        return self._stop_politely()

    def _stop_politely(self) -> int:
        """Waits for the open tasks, none of which lasts longer than its timeout. A second signal ends the wait."""
        self.stop_event.set()
        deadline = time.monotonic() + Conf.TIMEOUT * 2
        while self.sentinel.is_alive() and time.monotonic() < deadline and not self._hurry:
            self.sentinel.join(0.2)
        self._end_at_once()
        return 0

    def _end_at_once(self) -> None:
        if self._own_group:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.sentinel.pid, signal.SIGKILL)
        elif self.sentinel.is_alive():
            self.sentinel.kill()
        self.sentinel.join(5)
