"""What goes in: the bodies of writes."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from monitor.events import Filter
from monitor.schemas.values import (
    LONGEST_LIST,
    Clock,
    Closed,
    Country,
    Flag,
    Hour,
    Login,
    Moment,
    Name,
    Query,
    RepositoryName,
    SlackUser,
    TimeZone,
    Weekdays,
)
from monitor.schemas.words import SnoozeEvent


class Subscribe(Closed):
    """What to watch."""

    repository: RepositoryName
    filters: Annotated[list[Filter], Field(max_length=LONGEST_LIST)] | None = None
    """What to hear of; without it `author`, `assigned`, `review_requested` and `code_owner`."""


class Unsubscribe(Closed):
    """What to watch no longer."""

    repository: RepositoryName


class SnoozeUntil(Closed):
    """Until a time, or until an event, not both; with neither, for good."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"until": "2030-01-31T09:00:00Z"}, {"until_event": "author_update"}, {}]}
    )

    until: Moment | None = None
    until_event: SnoozeEvent | None = None


class NewView(Closed):
    """A search to keep."""

    name: Name
    q: Query


def _optional(**named: Any) -> Any:
    """A key that may be left out, but is not null when it is there."""
    return Field(default_factory=lambda: None, **named)


class HoursChange(Closed):
    """When the working day starts and ends."""

    start: Clock = _optional(examples=["09:00"])
    end: Clock = _optional(examples=["18:00"])


class NotificationsChange(Closed):
    """What to send in Slack."""

    slack: Flag = _optional()
    digest: Flag = _optional()
    digest_hour: Hour = _optional()


class MeChange(Closed):
    """Only what is sent changes; null takes a value away."""

    github_login: Login | None = None
    time_zone: TimeZone | None = None
    """null: the server's."""
    working_days: Weekdays = _optional()
    working_hours: HoursChange = _optional()
    country: Country | None = None
    slack_user_id: SlackUser | None = None
    notifications: NotificationsChange = _optional()
