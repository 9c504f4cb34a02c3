"""The values that go in and out: what they take, and what they are told when it is something else."""

import re
import zoneinfo
from datetime import UTC, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from monitor.countries import countries


class Closed(BaseModel):
    """Keys it does not name are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


def _visible(text: str) -> str:
    if "\x00" in text:
        raise ValueError("may not hold a NUL character")
    return text


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}", text):
        raise ValueError("takes owner/name, as GitHub spells it")
    return text


def _login(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", text):
        raise ValueError("takes a GitHub login, without @")
    return text


def _time_zone(name: str) -> str:
    if name and name not in zoneinfo.available_timezones():
        raise ValueError("takes a name of the IANA time zone database, like Europe/Berlin")
    return name


def _days(days: list[int]) -> list[int]:
    if not days or not set(days) <= set(range(1, 8)):
        raise ValueError("takes at least one of 1 (Monday) to 7 (Sunday)")
    return sorted(set(days))


def _slack_user(text: str) -> str:
    if text and not re.fullmatch(r"[UW][A-Z0-9]{2,30}", text):
        raise ValueError("takes a Slack member id, like U012AB3CD")
    return text


def _country(text: str) -> str:
    if text and text.upper() not in countries():
        raise ValueError("takes two letters of ISO 3166, like DE")
    return text.upper()


def _moment(value: Any) -> datetime:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d{2}-\d{2}[T ]", value):
        raise ValueError("takes a time like 2026-01-31T09:00:00Z")
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("takes a time with its zone, like 2026-01-31T09:00:00Z")
        return moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("takes a time between the years 1 and 9999") from None


def _clock(value: Any) -> time:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("takes hours and minutes, like 09:00")
    return time.fromisoformat(value)


RepositoryName = Annotated[str, AfterValidator(_repository), Field(examples=["octo-org/octo-repo"])]
Query = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_visible)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_visible)]
Login = Annotated[str, AfterValidator(_login)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Clock = Annotated[
    time, BeforeValidator(_clock), PlainSerializer(lambda value: value.strftime("%H:%M"), return_type=str)
]
Weekdays = Annotated[list[int], AfterValidator(_days), Field(examples=[[1, 2, 3, 4, 5]])]
Stamp = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Country = Annotated[str, AfterValidator(_country)]
SlackUser = Annotated[str, AfterValidator(_slack_user)]
Hour = Annotated[int, Field(ge=0, le=23)]
