"""How numbers and times are read: by the types of JSON, not by what Python would make of them. Errors: ValueError."""

import re
from datetime import UTC, datetime, time
from typing import Any

from monitor.schemas.spelling import HOURS_AND_MINUTES

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def whole(value: Any) -> Any:
    """A number of a body; JSON writes 1 as 1.0 where it likes."""
    # Python takes true and "1" for 1.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("takes a whole number")
    return value


def written(value: Any) -> Any:
    """A number in an address, as its digits."""
    # Of what stands in an address, Python takes " 7", "7.0", "1_000" and digits of other scripts as well.
    if not isinstance(value, str) or not re.fullmatch("-?[0-9]+", value):
        raise ValueError("takes a whole number")
    return value


def weekdays(days: list[int]) -> list[int]:
    """Days of a week in their order, each once."""
    if not days or not set(days) <= set(range(1, 8)):
        raise ValueError("takes at least one of 1 (Monday) to 7 (Sunday)")
    return sorted(set(days))


def moment(value: Any) -> datetime:
    """A time of RFC 3339 in UTC, whole seconds."""
    match = _RFC3339.fullmatch(value.upper()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("takes a time like 2026-01-31T09:00:00Z")
    if match[1] is None:
        raise ValueError("takes a time with its zone, like 2026-01-31T09:00:00Z")
    try:
        return datetime.fromisoformat(match[0]).astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("takes a time between the years 1 and 9999") from None


def clock(value: Any) -> time:
    """Hours and minutes."""
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise ValueError(HOURS_AND_MINUTES.otherwise)
    return time.fromisoformat(HOURS_AND_MINUTES.check(value))
