"""Keeps a fault of ours to what it is about, so that everything beside it goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger

from monitor.polling.outage import OUTAGE


@contextmanager
def apart(log: Logger, message: str, *about: object) -> Iterator[None]:
    """A fault in here is logged, with its traceback, and goes no further. A database that is away does: it is about everything."""
    try:
        yield
    except OUTAGE:
        raise
    except Exception:
        log.exception(message, *about)
