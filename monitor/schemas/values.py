"""The values that go in and out: what they take, and what they are told when it is something else."""

import zoneinfo
from datetime import datetime, time
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from monitor.countries import countries
from monitor.schemas import reading
from monitor.schemas.spelling import HOURS_AND_MINUTES, Spelt, one_of


class Closed(BaseModel):
    """Keys it does not name are refused.

    Not a `ninja.Schema`: that validates a closed model twice, so that models can be made from database rows, which none of ours is.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


# Of a body: repetitions are forgiven, a list without an end is not.
LONGEST_LIST = 20
_OWNER = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
_REPOSITORY = r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}"
_COUNTRY = "takes two letters of ISO 3166, like DE"
_NO_NUL = Spelt(r"[^\x00]*", "may not hold a NUL character")
# What every language calls white space, control characters with it.
_SPACE = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, BeforeValidator(reading.whole)]
Written = BeforeValidator(reading.written)
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
Moment = Annotated[datetime, BeforeValidator(reading.moment), Field(examples=["2030-01-31T09:00:00Z"])]
Stamp = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T09:00:00Z"]),
]
HoursAndMinutes = Annotated[str, HOURS_AND_MINUTES, Field(examples=["09:00"])]
Clock = Annotated[
    time,
    BeforeValidator(reading.clock),
    PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{HOURS_AND_MINUTES.pattern}$"}),
]
Hour = Annotated[int, Field(ge=0, le=23), BeforeValidator(reading.whole)]
Weekday = Annotated[int, Field(ge=1, le=7)]
Weekdays = Annotated[
    list[Whole],
    Field(max_length=LONGEST_LIST),
    AfterValidator(reading.weekdays),
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
        one_of(zoneinfo.available_timezones, "takes a name of the IANA time zone database, like Europe/Berlin")
    ),
    Field(examples=["Europe/Berlin"]),
]
Country = Annotated[
    str,
    Spelt("(?:[A-Za-z]{2})?", _COUNTRY),
    AfterValidator(str.upper),
    AfterValidator(one_of(countries, _COUNTRY)),
    Field(examples=["DE"]),
]
SlackUser = Annotated[
    str,
    Spelt(r"(?:[UW][A-Z0-9]{2,30})?", "takes a Slack member id, like U012AB3CD"),
    Field(examples=["U012AB3CD"]),
]
