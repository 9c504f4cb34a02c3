"""What the children print, forwarded line by line under their names."""

import contextlib
import sys
import threading
from typing import IO

from monitor.rules.masking import masked

_lock = threading.Lock()


def say(name: str, line: str) -> None:
    """One line of log, on stderr, without secrets; `name` in front unless it is empty."""
    # A closed terminal is no reason to stop, nor to leave the children's pipes full.
    shown = masked(line)
    with _lock, contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{name:>6} | {shown}\n" if name else f"{shown}\n")
        sys.stderr.flush()


def forward(name: str, source: IO[bytes]) -> threading.Thread:
    """Passes on the lines of `source` until it ends."""

    def run() -> None:
        with source:
            for line in source:
                say(name, line.decode(errors="replace").rstrip())

    thread = threading.Thread(target=run, name=f"output of {name}", daemon=True)
    thread.start()
    return thread
