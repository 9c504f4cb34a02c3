"""What goes out of people."""

from monitor.schemas.values import Closed, Hour, HoursAndMinutes, Id, Weekday


class Hours(Closed):
    """When the working day starts and ends, in my time zone."""

    start: HoursAndMinutes
    end: HoursAndMinutes


class Notifications(Closed):
    """What is sent in Slack."""

    slack: bool
    digest: bool
    digest_hour: Hour


class Me(Closed):
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
    notifications: Notifications
