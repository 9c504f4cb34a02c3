"""A django-q2 sentinel that ends the cluster in two cases in which the stock sentinel does not.

A worker that is killed while it waits for a task keeps the queue's lock: the stock cluster then hangs for ever and ignores
SIGTERM. When the main process is killed, the stock sentinel and its workers live on.
"""

import os
import signal
import time
from multiprocessing import Process
from typing import Any, NoReturn

from django_q.cluster import Sentinel
from django_q.conf import logger


class StopEvent:
    """The cluster's stop event for the sentinel: each wait also checks that the main process is alive."""

    def __init__(self, event: Any, pulse: Any, parent: int) -> None:
        self._event = event
        self._pulse = pulse
        self._parent = parent

    def is_set(self) -> bool:
        return bool(self._event.is_set())

    def wait(self, seconds: float) -> bool:
        self._pulse.value = time.monotonic()
        if os.getppid() != self._parent:
            logger.error("the main process of the cluster is gone: stopping the workers")
            end_group()
        return bool(self._event.wait(seconds))


class FailFastSentinel(Sentinel):
    """Ends the whole cluster when one of its processes was killed; replaces a process that ended otherwise, like the stock one."""

    def reincarnate(self, process: Process) -> None:
        code = process.exitcode
        if code is not None and code < 0 and not self._timed_out(process):
            logger.error("a process of the cluster was killed (%s): stopping all of it", signal.Signals(-code).name)
            end_group()
        super().reincarnate(process)

    @staticmethod
    def _timed_out(process: Process) -> bool:
        timer = getattr(process, "timer", None)
        return timer is not None and timer.value == 0


def end_group() -> NoReturn:
    """Ends this process and all others of its process group, at once."""
    os.killpg(0, signal.SIGKILL)
    raise AssertionError("unreachable: this process is a member of the group")
