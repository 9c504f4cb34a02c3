"""What goes out of people."""

from pydantic import Field

from monitor.schemas.values import Closed


class Hours(Closed):
    """When the working day starts and ends, in my time zone."""

    start: str = Field(examples=["09:00"])
    end: str = Field(examples=["18:00"])


class Notifications(Closed):
    """What is sent in Slack."""

    slack: bool
    digest: bool
    digest_hour: int


class Me(Closed):
    """The signed-in user."""

    id: int
    username: str
    name: str
    is_staff: bool
    github_login: str | None
    github_login_confirmed: bool
    time_zone: str
    working_days: list[int]
    working_hours: Hours
    country: str | None
    slack_user_id: str | None
    notifications: Notifications
