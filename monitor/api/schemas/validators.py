"""Validators for the values of a request. Each accepts or parses one value, or raises ValueError with what it takes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


@dataclass(frozen=True)
class TextPattern:
    """Accepts a text that `pattern` matches as a whole; `message` is the error for any other text.

    The OpenAPI document shows the pattern, so it must mean the same in Python, JavaScript and Rust: no `\\s`, no `\\w`,
    no `.`, and no `|` outside of brackets.
    """

    pattern: str
    message: str

    def check(self, text: str) -> str:
        """Returns `text` itself. Errors: ValueError."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.message)
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"pattern": f"^{self.pattern}$"}


TIME_OF_DAY = TextPattern(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", "takes hours and minutes, like 09:00")


def one_of(known: Callable[[], Any], message: str) -> Callable[[str], str]:
    """A validator that accepts the empty text and every text in `known()`; `message` is the error for any other."""

    def check(text: str) -> str:
        if text and text not in known():
            raise ValueError(message)
        return text

    return check


def whole_number(value: Any) -> Any:
    """Accepts a number of a JSON body that is whole, written as 1 or as 1.0."""
    # Pydantic would also accept true and "1" as 1.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("takes a whole number")
    return value


def decimal_digits(value: Any) -> Any:
    """Accepts a whole number of a path or query string, written in the digits 0 to 9."""
    # Pydantic would also accept " 7", "7.0", "1_000" and the digits of other scripts.
    if not isinstance(value, str) or not re.fullmatch("-?[0-9]+", value):
        raise ValueError("takes a whole number")
    return value


def weekdays(days: list[int]) -> list[int]:
    """Sorts the days of a week (1 is Monday) and drops repetitions; accepts at least one day."""
    if not days or not set(days) <= set(range(1, 8)):
        raise ValueError("takes at least one of 1 (Monday) to 7 (Sunday)")
    return sorted(set(days))


def timestamp(value: Any) -> datetime:
    """Parses a time of RFC 3339 with a time zone; returns it in UTC, without fractions of a second."""
    match = _RFC3339.fullmatch(value.upper()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("takes a time like 2026-01-31T09:00:00Z")
    if match[1] is None:
        raise ValueError("takes a time with its zone, like 2026-01-31T09:00:00Z")
    try:
        return datetime.fromisoformat(match[0]).astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("takes a time between the years 1 and 9999") from None


def time_of_day(value: Any) -> time:
    """Parses hours and minutes, like 09:00; accepts a `time` as it is."""
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise ValueError(TIME_OF_DAY.message)
    return time.fromisoformat(TIME_OF_DAY.check(value))
