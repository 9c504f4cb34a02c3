"""Ties a child to its parent: the child's stdin is a pipe, and its end is the parent's end, however that came about.

Works wherever there are pipes, and also for a parent killed with SIGKILL, which can tell nobody.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable


def tie(on_end: Callable[[], None]) -> None:
    """Calls `on_end` in a thread of its own once stdin has ended."""

    def watch() -> None:
        # The raw descriptor: a thread that holds sys.stdin's lock while the interpreter ends is a fatal error.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        on_end()

    threading.Thread(target=watch, name="tied", daemon=True).start()


def end_myself(grace: float) -> None:
    """Asks this process to stop, and ends it after `grace` seconds if it did not."""
    last_resort = threading.Timer(grace, os._exit, args=(1,))
    last_resort.daemon = True
    last_resort.start()
    os.kill(os.getpid(), signal.SIGTERM)
