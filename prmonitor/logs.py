"""Formats log lines, for people or as JSON for programs, and masks the secrets in them."""

import logging
import sys
import threading
import traceback
from copy import copy
from types import TracebackType
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from monitor.rules.masking import masked

_SERVERS = ("uvicorn", "uvicorn.access", "uvicorn.error")
KEYS = ("time", "level", "logger", "message", "exception")


class MaskingFormatter(logging.Formatter):
    """Masks the secrets in the line that `inner` has formatted: in message, arguments, traceback and all the rest."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return masked(self._inner.format(record))


class JsonLogFormatter(JsonFormatter):
    """`time` (ISO 8601, UTC), `level`, `logger`, `message`, and `exception` where there is one.

    The line has nothing else of the record: what Django passes as `extra` holds whole requests.
    """

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.msg, dict):  # the library would spread it over the line, in the place of our keys
            record = copy(record)
            record.msg = str(record.msg)
        return super().format(record)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {key: log_data[key] for key in KEYS if key in log_data}


def console() -> logging.Formatter:
    """Lines for people."""
    return MaskingFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))


def as_json() -> logging.Formatter:
    """One JSON object per line."""
    names = {"levelname": "level", "name": "logger", "exc_info": "exception"}
    return MaskingFormatter(
        JsonLogFormatter(
            "%(levelname)s %(name)s %(message)s",
            timestamp="time",
            rename_fields=names,
            reserved_attrs=[*RESERVED_ATTRS, *KEYS],  # what is handed along under one of our names is not ours
            json_ensure_ascii=False,
        )
    )


def mask_servers() -> None:
    """Masks the lines of uvicorn, access log included: it sets up its own handlers before the settings are read."""
    for name in _SERVERS:
        for handler in logging.getLogger(name).handlers:
            if not isinstance(handler.formatter, MaskingFormatter):
                handler.setFormatter(MaskingFormatter(handler.formatter or logging.Formatter()))


def mask_uncaught() -> None:
    """Masks the secrets in the exception that ends a command, or one of its threads."""
    sys.excepthook = _show
    threading.excepthook = _log


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(_story(error))


def _log(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        name = ended.thread.name if ended.thread else "that is gone"
        logging.getLogger(__name__).error("The thread %s has ended\n%s", name, _story(ended.exc_value))


def _story(error: BaseException) -> str:
    return masked("".join(traceback.format_exception(error)))
