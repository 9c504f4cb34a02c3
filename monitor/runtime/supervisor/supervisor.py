"""Keeps several children running until a signal asks it to stop, then stops all of them."""

import os
import select
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType

from monitor.runtime.supervisor import child_output
from monitor.runtime.supervisor.child import Child, GivenUp

GRACE_SECONDS = 10.0
_LOOK_SECONDS = 1.0
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Starts the children in order and stops them in reverse order, so that each child finds those that it needs.

    `parent`: the id of a process; the supervisor stops when that process ends.
    """

    def __init__(self, children: Sequence[Child], *, grace: float = GRACE_SECONDS, parent: int | None = None) -> None:
        self._children = tuple(children)
        self._grace = grace
        self._parent = parent
        self._asked = 0
        self._wake_reader, self._wake_writer = os.pipe()
        self.stopping = threading.Event()

    def run(self) -> int:
        """Runs until asked to stop by a signal; returns the exit code. Only in the main thread."""
        self._listen_to_signals()
        try:
            return self._watch()
        finally:
            self.stopping.set()
            self._stop()

    def _watch(self) -> int:
        try:
            while not self._should_stop():
                for child in self._children:
                    child.tend()
                self._sleep(self._next_look())
        except (GivenUp, OSError) as error:
            child_output.say("up", f"{error}. Stopping.")
            return 1
        return 0

    def _should_stop(self) -> bool:
        if self._parent is not None and os.getppid() != self._parent:
            child_output.say("up", "the process that started it is gone. Stopping.")
            return True
        return self._asked > 0

    def _next_look(self) -> float:
        due = [seconds for child in self._children if (seconds := child.due_in()) is not None]
        return min([_LOOK_SECONDS, *due])

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._wake_writer, False)
        os.set_blocking(self._wake_reader, False)
        # Every signal, a child's end among them, writes a byte and so ends the sleep.
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        for number in _STOP_SIGNALS:
            # Under `nohup` SIGHUP is ignored, and stays so.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_stop_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _on_stop_signal(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1
        self.stopping.set()

    def _sleep(self, seconds: float) -> None:
        if select.select([self._wake_reader], [], [], seconds)[0]:
            os.read(self._wake_reader, 4096)

    def _stop(self) -> None:
        """Stops the children one after the other, all within `grace` seconds; kills them after that, or at a second signal."""
        asked_before = self._asked
        deadline = time.monotonic() + self._grace
        for child in reversed(self._children):
            child.ask_to_stop()
            while child.is_alive() and time.monotonic() < deadline and self._asked <= max(asked_before, 1):
                self._sleep(0.1)
            child.kill()
