"""Lines of log for machines: the promised keys, whatever is logged."""

import json
import logging
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from prmonitor import logs


def line(said: object, *args: object, **more: Any) -> dict[str, Any]:
    record = logging.LogRecord("django.request", logging.ERROR, "x.py", 1, said, args, more.pop("exc_info", None))  # type: ignore[arg-type]
    vars(record).update(more)
    (text,) = logs.as_json().format(record).splitlines()
    read: dict[str, Any] = json.loads(text)
    return read


@pytest.mark.parametrize(
    ("said", "args", "message"),
    [
        ("caf\u00e9 %s\nand %d", ("a", 2), "caf\u00e9 a\nand 2"),
        ({"a": 1}, (), "{'a': 1}"),
        ({"level": "none", "message": "forged"}, (), "{'level': 'none', 'message': 'forged'}"),
        (ValueError("no"), (), "no"),
    ],
)
def test_a_line_has_the_promised_keys(said: object, args: tuple[object, ...], message: str) -> None:
    read = line(said, *args)
    assert list(read) == ["time", "level", "logger", "message"]
    assert (read["level"], read["logger"], read["message"]) == ("ERROR", "django.request", message)
    written = datetime.fromisoformat(read["time"])
    assert written.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - written) < timedelta(minutes=1)


def test_what_django_hands_along_stays_out() -> None:
    read = line("Not Found: /x", request="<WSGIRequest: GET '/x'>", level="forged", time="forged", exception="forged")
    assert set(read) == {"time", "level", "logger", "message"}
    assert "forged" not in read.values()


def test_an_exception_is_told_in_one_line() -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        read = line("failed", exc_info=sys.exc_info())
    assert list(read) == ["time", "level", "logger", "message", "exception"]
    assert read["exception"].startswith("Traceback")
    assert read["exception"].endswith("RuntimeError: broken")
