"""Limits a programming error to the object that caused it, so that the work on other objects continues."""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger

from monitor.background.database_outage import DATABASE_OUTAGE


@contextmanager
def log_faults(log: Logger, message: str, *about: object) -> Iterator[None]:
    """Logs an exception with its traceback and suppresses it. A database outage passes through: it concerns everything."""
    try:
        yield
    except DATABASE_OUTAGE:
        raise
    except Exception:
        log.exception(message, *about)
