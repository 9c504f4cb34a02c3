"""How lines of log are written: for people or as JSON for machines that collect them, and never with a secret in them."""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType

from monitor.masking import masked

_SERVERS = ("uvicorn", "uvicorn.access", "uvicorn.error")


class Masking(logging.Formatter):
    """Takes secrets out of what `inner` has written: message, arguments, traceback and whatever else stands there."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return masked(self._inner.format(record))


class JsonFormatter(logging.Formatter):
    """`time` (ISO 8601, UTC), `level`, `logger`, `message`, and `exception` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def console() -> logging.Formatter:
    """Lines for people."""
    return Masking(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))


def as_json() -> logging.Formatter:
    """One JSON object a line."""
    return Masking(JsonFormatter())


def mask_servers() -> None:
    """A server that came up before the settings writes its lines by handlers of its own: uvicorn, its access log too."""
    for name in _SERVERS:
        for handler in logging.getLogger(name).handlers:
            if not isinstance(handler.formatter, Masking):
                handler.setFormatter(Masking(handler.formatter or logging.Formatter()))


def mask_uncaught() -> None:
    """What ends a command, or a thread of it, is shown without secrets too."""
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
