"""The base class of all schemas, and the types of fields: what each accepts, and how OpenAPI describes it."""

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

from monitor.api.schemas import validators
from monitor.api.schemas.validators import TIME_OF_DAY, TextPattern, one_of
from monitor.rules.holiday_countries import countries


class ClosedModel(BaseModel):
    """The base class of the schemas: a key that the schema does not name is an error.

    It is not a `ninja.Schema`, which validates a model with `extra="forbid"` twice, so that it can also be made from a
    database row. No schema here is made from one.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


# The largest number of items in a list of a request body. Items may be repeated, so it exceeds the number of choices.
LONGEST_LIST = 20
_OWNER = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
_REPOSITORY = r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}"
_COUNTRY = "takes two letters of ISO 3166, like DE"
_NO_NUL = TextPattern(r"[^\x00]*", "may not hold a NUL character")
# White space by the rules of Python, JavaScript and Rust, and control characters.
_SPACE = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

WholeNumber = Annotated[int, BeforeValidator(validators.whole_number)]
DecimalDigits = BeforeValidator(validators.decimal_digits)
Count = Annotated[int, Field(ge=0)]
PositiveInteger = Annotated[int, Field(ge=1, examples=[42])]
Id = Annotated[int, Field(ge=0, json_schema_extra={"format": "int64"})]
Url = Annotated[str, Field(json_schema_extra={"format": "uri"})]

RepositoryFullName = Annotated[
    str,
    TextPattern(f"{_OWNER}/{_REPOSITORY}", "takes owner/name, as GitHub spells it"),
    Field(examples=["octo-org/octo-repo"]),
]
PullRequestName = Annotated[
    str,
    TextPattern(
        f"{_OWNER}/{_REPOSITORY.replace('$', '#')}#[0-9]{{1,9}}",
        "takes owner/name#number; write # as %23 in an address",
    ),
    Field(examples=["octo-org/octo-repo#42"]),
]
Username = Annotated[str, StringConstraints(min_length=1, max_length=150), _NO_NUL]
Login = Annotated[str, TextPattern(_OWNER, "takes a GitHub login, without @"), Field(examples=["octocat"])]
SearchText = Annotated[str, StringConstraints(max_length=2000), _NO_NUL, Field(examples=["is:open turn:me"])]
ViewName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    _NO_NUL,
    TextPattern(rf"[^\x00]*[^{_SPACE}][^\x00]*", "takes at least one visible character"),
    AfterValidator(str.strip),
    Field(examples=["Waiting on my team"]),
]
TimestampInput = Annotated[datetime, BeforeValidator(validators.timestamp), Field(examples=["2030-01-31T09:00:00Z"])]
Timestamp = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    Field(json_schema_extra={"format": "date-time"}, examples=["2026-01-31T09:00:00Z"]),
]
TimeOfDay = Annotated[str, TIME_OF_DAY, Field(examples=["09:00"])]
TimeOfDayInput = Annotated[
    time,
    BeforeValidator(validators.time_of_day),
    PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{TIME_OF_DAY.pattern}$"}),
]
Hour = Annotated[int, Field(ge=0, le=23), BeforeValidator(validators.whole_number)]
LimitHours = Annotated[int, Field(ge=1, le=1000), BeforeValidator(validators.whole_number)]
Note = Annotated[str, StringConstraints(max_length=200), _NO_NUL]
Weekday = Annotated[int, Field(ge=1, le=7)]
Weekdays = Annotated[
    list[WholeNumber],
    Field(max_length=LONGEST_LIST),
    AfterValidator(validators.weekdays),
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
    TextPattern("(?:[A-Za-z]{2})?", _COUNTRY),
    AfterValidator(str.upper),
    AfterValidator(one_of(countries, _COUNTRY)),
    Field(examples=["DE"]),
]
SlackUserId = Annotated[
    str,
    TextPattern(r"(?:[UW][A-Z0-9]{2,30})?", "takes a Slack member id, like U012AB3CD"),
    Field(examples=["U012AB3CD"]),
]
