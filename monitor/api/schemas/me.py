"""The response body of `/me`."""

from pydantic import Field

from monitor.api.schemas.field_types import ClosedModel, Hour, Id, LimitHours, TimeOfDay, Timestamp, Weekday


class Hours(ClosedModel):
    """The start and end of the working day, in your time zone."""

    start: TimeOfDay
    end: TimeOfDay


class Notifications(ClosedModel):
    """Which messages are sent to you in Slack."""

    slack: bool
    digest: bool
    digest_hour: Hour


class Away(ClosedModel):
    """An absence: your turns do not grow older, and nothing is sent to you in Slack."""

    from_: Timestamp = Field(alias="from")
    until: Timestamp
    note: str


class Me(ClosedModel):
    """The signed-in user."""

    id: Id
    username: str
    name: str
    is_staff: bool
    github_login: str | None
    github_login_confirmed: bool
    time_zone: str
    working_days: list[Weekday]
    """1 is Monday."""
    working_hours: Hours
    country: str | None
    slack_user_id: str | None
    away: Away | None
    """When you are away, now or later; null: not at all."""
    limit_hours: LimitHours
    """Working hours after which a turn of yours is late."""
    notifications: Notifications
