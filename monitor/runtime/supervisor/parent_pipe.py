"""Ends a child process with its parent: the child's stdin is a pipe that closes when the parent ends.

This works on every system with pipes, and also when the parent is killed with SIGKILL.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable


def call_when_parent_ends(on_end: Callable[[], None]) -> None:
    """Calls `on_end`, in a thread, after stdin has closed."""

    def watch() -> None:
        # The raw descriptor: a thread that holds sys.stdin's lock while the interpreter ends is a fatal error.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        on_end()

    threading.Thread(target=watch, name="tied", daemon=True).start()


def stop_this_process(grace: float) -> None:
    """Asks this process to stop, and ends it after `grace` seconds if it did not."""
    last_resort = threading.Timer(grace, os._exit, args=(1,))
    last_resort.daemon = True
    last_resort.start()
    os.kill(os.getpid(), signal.SIGTERM)
