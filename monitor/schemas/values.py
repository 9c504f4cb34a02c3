"""The values that go in and out: what they take, and what they are told when it is something else."""

import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from monitor.countries import countries


class Closed(BaseModel):
    """Keys it does not name are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


@dataclass(frozen=True)
class Spelt:
    """A text that `pattern` matches as a whole. The document shows the pattern; another text is told `otherwise`.

    The pattern means the same in Python, JavaScript and Rust: no `\\s`, no `\\w`, no `.`; no `|` outside of brackets.
    """

    pattern: str
    otherwise: str

    def check(self, text: str) -> str:
        """`text` itself. Errors: ValueError."""
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.otherwise)
        return text

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(schema) | {"pattern": f"^{self.pattern}$"}


def _one_of(known: Callable[[], Any], otherwise: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text and text not in known():
            raise ValueError(otherwise)
        return text

    return check


def _whole(value: Any) -> Any:
    # Python takes true for 1 and "1" for 1; JSON does not, but writes 1 as 1.0 where it likes.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("takes a whole number")
    return value


def _written(value: Any) -> Any:
    # Of what stands in an address, Python takes " 7", "7.0", "1_000" and digits of other scripts as well.
    if not isinstance(value, str) or not re.fullmatch("-?[0-9]+", value):
        raise ValueError("takes a whole number")
    return value


def _days(days: list[int]) -> list[int]:
    if not days or not set(days) <= set(range(1, 8)):
        raise ValueError("takes at least one of 1 (Monday) to 7 (Sunday)")
    return sorted(set(days))


# Of a body: repetitions are forgiven, a list without an end is not.
LONGEST_LIST = 20
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


def _moment(value: Any) -> datetime:
    match = _RFC3339.fullmatch(value.upper()) if isinstance(value, str) else None
    if match is None:
        raise ValueError("takes a time like 2026-01-31T09:00:00Z")
    if match[1] is None:
        raise ValueError("takes a time with its zone, like 2026-01-31T09:00:00Z")
    try:
        return datetime.fromisoformat(match[0]).astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("takes a time between the years 1 and 9999") from None


def _clock(value: Any) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str):
        raise ValueError(_HOURS_AND_MINUTES.otherwise)
    return time.fromisoformat(_HOURS_AND_MINUTES.check(value))


_OWNER = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
_REPOSITORY = r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}"
_HOURS_AND_MINUTES = Spelt(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", "takes hours and minutes, like 09:00")
_COUNTRY = "takes two letters of ISO 3166, like DE"
_NO_NUL = Spelt(r"[^\x00]*", "may not hold a NUL character")
# What every language calls white space, control characters with it.
_SPACE = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, BeforeValidator(_whole)]
Written = BeforeValidator(_written)
Count = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1, examples=[42])]
Id = Annotated[int, Field(ge=0, json_schema_extra={"format": "int64"})]
Address = Annotated[str, Field(json_schema_extra={"format": "uri"})]

RepositoryName = Annotated[
    str,
    Spelt(f"{_OWNER}/{_REPOSITORY}", "takes owner/name, as GitHub spells it"),
    Field(examples=["octo-org/octo-repo"]),
]
PullRequestName = Annotated[
    str,
    Spelt(
        f"{_OWNER}/{_REPOSITORY.replace('$', '#')}#[0-9]{{1,9}}",
        "takes owner/name#number; write # as %23 in an address",
    ),
    Field(examples=["octo-org/octo-repo#42"]),
]
Username = Annotated[str, StringConstraints(min_length=1, max_length=150), _NO_NUL]
Login = Annotated[str, Spelt(_OWNER, "takes a GitHub login, without @"), Field(examples=["octocat"])]
Query = Annotated[str, StringConstraints(max_length=2000), _NO_NUL, Field(examples=["is:open turn:me"])]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    _NO_NUL,
    Spelt(rf"[^\x00]*[^{_SPACE}][^\x00]*", "takes at least one visible character"),
    AfterValidator(str.strip),
    Field(examples=["Waiting on my team"]),
]
Moment = Annotated[datetime, BeforeValidator(_moment), Field(examples=["2030-01-31T09:00:00Z"])]
Stamp = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T09:00:00Z"]),
]
HoursAndMinutes = Annotated[str, _HOURS_AND_MINUTES, Field(examples=["09:00"])]
Clock = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_HOURS_AND_MINUTES.pattern}$"}),
]
Hour = Annotated[int, Field(ge=0, le=23), BeforeValidator(_whole)]
Weekday = Annotated[int, Field(ge=1, le=7)]
Weekdays = Annotated[
    list[Whole],
    Field(max_length=LONGEST_LIST),
    AfterValidator(_days),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "integer", "minimum": 1, "maximum": 7},
            "minItems": 1,
            "maxItems": LONGEST_LIST,
            "examples": [[1, 2, 3, 4, 5]],
        }
    ),
]
TimeZone = Annotated[
    str,
    AfterValidator(
        _one_of(zoneinfo.available_timezones, "takes a name of the IANA time zone database, like Europe/Berlin")
    ),
    Field(examples=["Europe/Berlin"]),
]
Country = Annotated[
    str,
    Spelt("(?:[A-Za-z]{2})?", _COUNTRY),
    AfterValidator(str.upper),
    AfterValidator(_one_of(countries, _COUNTRY)),
    Field(examples=["DE"]),
]
SlackUser = Annotated[
    str,
    Spelt(r"(?:[UW][A-Z0-9]{2,30})?", "takes a Slack member id, like U012AB3CD"),
    Field(examples=["U012AB3CD"]),
]
