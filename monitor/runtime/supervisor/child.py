"""One process that the supervisor starts and restarts."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence

from monitor.runtime.supervisor import child_output
from monitor.runtime.supervisor.restarts import QUICK_SECONDS, Restarts


class GivenUp(Exception):
    """Why a child is not started again, in one sentence."""


class Child:
    """A child process, in a session of its own, so that only the supervisor gets Ctrl-C. Its stdin ends with the supervisor.

    `name` stands before the lines of its log; `fds`: the descriptors that it inherits.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        fds: Sequence[int] = (),
        environment: Mapping[str, str] | None = None,
        prefix: bool = True,
    ) -> None:
        self.name = name
        self._command = list(command)
        self._fds = tuple(fds)
        self._environment = {**os.environ, **(environment or {})}
        self._prefix = name if prefix else ""
        self._restarts = Restarts()
        self._process: subprocess.Popen[bytes] | None = None
        self._output: threading.Thread | None = None
        self._started_at = 0.0
        self._start_at: float | None = 0.0

    def tend(self) -> None:
        """Starts the process when it is due, and notices when it has ended."""
        if self._process is None:
            if self._start_at is not None and time.monotonic() >= self._start_at:
                self._start()
        elif self._process.poll() is not None:
            self._ended(self._process)

    def due_in(self) -> float | None:
        """Seconds until the next start; None while it runs."""
        if self._process is not None or self._start_at is None:
            return None
        return max(0.0, self._start_at - time.monotonic())

    def _start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - a command of our own
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self._fds,
            env=self._environment,
        )
        assert self._process.stdout is not None
        self._output = child_output.forward(self._prefix, self._process.stdout)

    def _ended(self, process: subprocess.Popen[bytes]) -> None:
        how = _how(process.returncode)
        self.kill()
        delay = self._restarts.delay_after(time.monotonic() - self._started_at)
        if delay is None:
            raise GivenUp(
                f"{self.name} {how} within {QUICK_SECONDS:.0f} seconds of its start"
                f" {self._restarts.quick_ends} times in a row; its last words are above"
            )
        self._start_at = time.monotonic() + delay
        child_output.say("up", f"{self.name} {how}; starting it again" + (f" in {delay:g} s" if delay else ""))

    def ask_to_stop(self) -> None:
        """Sends SIGTERM to the process, which stops its own children."""
        self._start_at = None
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """Kills the process and the rest of its process group; then waits for the last lines of its output."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin:
            with contextlib.suppress(OSError):
                process.stdin.close()
        if self._output:
            self._output.join(timeout=1)


def _how(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
