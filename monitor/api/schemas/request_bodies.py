"""The request bodies of writes."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool

from monitor.api.schemas.enumerations import SnoozeEvent
from monitor.api.schemas.field_types import (
    LONGEST_LIST,
    ClosedModel,
    Country,
    Hour,
    LimitHours,
    Login,
    Note,
    RepositoryFullName,
    SearchText,
    SlackUserId,
    TimeOfDayInput,
    TimestampInput,
    TimeZone,
    ViewName,
    Weekdays,
)
from monitor.rules.filters import Filter


class Subscribe(ClosedModel):
    """The repository to watch, and its filters."""

    repository: RepositoryFullName
    filters: Annotated[list[Filter], Field(max_length=LONGEST_LIST)] | None = None
    """Which pull requests you hear of; by default `author`, `assigned`, `review_requested` and `code_owner`."""


class Unsubscribe(ClosedModel):
    """The repository to stop watching."""

    repository: RepositoryFullName


class SnoozeUntil(ClosedModel):
    """Until a time or until an event, not both; without either, for good."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"until": "2030-01-31T09:00:00Z"}, {"until_event": "author_update"}, {}]}
    )

    until: TimestampInput | None = None
    until_event: SnoozeEvent | None = None


class NewView(ClosedModel):
    """The search to save as a view."""

    name: ViewName
    q: SearchText


def _optional(**extra: Any) -> Any:
    """A field that may be left out, but may not be null."""
    return Field(default_factory=lambda: None, **extra)


class HoursChange(ClosedModel):
    """The start and end of the working day."""

    start: TimeOfDayInput = _optional(examples=["09:00"])
    end: TimeOfDayInput = _optional(examples=["18:00"])


class NotificationsChange(ClosedModel):
    """Which messages to send in Slack."""

    slack: StrictBool = _optional()
    digest: StrictBool = _optional()
    digest_hour: Hour = _optional()


class AwayChange(ClosedModel):
    """An absence. Without `from` it begins now."""

    from_: TimestampInput | None = Field(default=None, alias="from")
    until: TimestampInput
    note: Note = ""


class MeChange(ClosedModel):
    """The values to change. null deletes a value."""

    github_login: Login | None = None
    time_zone: TimeZone | None = None
    """null: the time zone of the server."""
    working_days: Weekdays = _optional()
    working_hours: HoursChange = _optional()
    country: Country | None = None
    slack_user_id: SlackUserId | None = None
    away: AwayChange | None = None
    """null: not away."""
    limit_hours: LimitHours | None = None
    """null: the setting LIMIT_HOURS of the server."""
    notifications: NotificationsChange = _optional()
