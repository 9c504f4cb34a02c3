"""What goes in and out of the API, as models: input is validated by them, output is documented (and tested against them)."""

import re
import zoneinfo
from datetime import UTC, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from monitor.countries import countries
from monitor.events import Filter, Kind, Role, UpdateType


class Closed(BaseModel):
    """Keys it does not name are refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


# Values


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

# In


class Subscribe(Closed):
    """What to watch."""

    repository: RepositoryName
    filters: list[Filter] | None = None
    """What to hear of; without it `author`, `assigned`, `review_requested` and `code_owner`."""


class Unsubscribe(Closed):
    """What to watch no longer."""

    repository: RepositoryName


class SnoozeUntil(Closed):
    """Until a time, or until an event; with neither, for good."""

    until: Moment | None = None
    until_event: Literal["author_update", "any_update", "ready_for_review"] | None = None


class NewView(Closed):
    """A search to keep."""

    name: Name
    q: Query


def _optional() -> Any:
    """A key that may be left out, but is not null when it is there."""
    return Field(default_factory=lambda: None)


class HoursChange(Closed):
    """When the working day starts and ends."""

    start: Clock = _optional()
    end: Clock = _optional()


class NotificationsChange(Closed):
    """What to send in Slack."""

    slack: bool = _optional()
    digest: bool = _optional()
    digest_hour: Annotated[int, Field(ge=0, le=23)] = _optional()


class MeChange(Closed):
    """Only what is sent changes; null takes a value away."""

    github_login: Login | None = None
    time_zone: Annotated[str, AfterValidator(_time_zone)] | None = None
    """null: the server's."""
    working_days: Weekdays = _optional()
    working_hours: HoursChange = _optional()
    country: Annotated[str, AfterValidator(_country)] | None = None
    slack_user_id: Annotated[str, AfterValidator(_slack_user)] | None = None
    notifications: NotificationsChange = _optional()


# Out


class ErrorBody(Closed):
    """What went wrong."""

    code: str = Field(examples=["repository_not_found"])
    message: str
    details: Any = None
    """`invalid`: a list of `field` and `message`; `resync`: `cursor`; otherwise null."""


class Error(Closed):
    """The one shape of every error."""

    error: ErrorBody


class Stats(Closed):
    """A repository's numbers as the reader sees them: open pull requests, and how many of them …"""

    total_open_prs: int
    assigned_to_user: int
    """… are assigned to me."""
    review_requests: int
    """… wait for a review of mine or of a team of mine."""
    needs_review: int
    """… are neither approved nor sent back, no draft and not by a bot."""


class Repository(Closed):
    """A repository we watch."""

    full_name: str = Field(examples=["octo-org/octo-repo"])
    url: str
    private: bool
    archived: bool
    default_branch: str
    filters: list[Filter] | None
    """What my subscription lets through; null when I do not subscribe."""
    status: Literal["ok", "pending", "error", "inaccessible"]
    status_message: str
    last_polled_at: Stamp | None
    next_poll_at: Stamp | None
    effective_interval_seconds: int
    stats: Stats


class Label(Closed):
    """A label and its colour, six hex digits."""

    name: str
    color: str


class AskedReviewer(Closed):
    """Who is asked for a review now."""

    kind: Literal["user", "team"]
    name: str
    """A login, or `org/slug`."""
    code_owner: bool
    since: Stamp


class Review(Closed):
    """The latest review of one person that still counts."""

    reviewer: str | None
    state: Literal["approved", "changes_requested", "commented", "dismissed"]
    submitted_at: Stamp


class CodeOwner(Closed):
    """An owner by CODEOWNERS, and the rule that says so."""

    owner: str
    rule: str
    line: int
    paths: list[str]
    """At most 20."""
    paths_total: int


TurnCode = Literal[
    "review_requested",
    "team_requested",
    "changes_requested",
    "comments",
    "author_responded",
    "new_commits",
    "checks_failing",
    "conflicts",
    "ready_to_merge",
    "no_reviewer",
]


class Turn(Closed):
    """Somebody whose turn it is, and why."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    login: str | None
    team: str | None
    as_: Literal["author", "reviewer"] = Field(alias="as")
    code: TurnCode
    reason: str
    since: Stamp


class Claimed(Closed):
    """Who is on it."""

    login: str
    since: Stamp
    until: Stamp


class MyTurn(Closed):
    """Why it is my turn."""

    code: TurnCode
    reason: str
    since: Stamp


class Snoozed(Closed):
    """Until when I put it off; both null: for good."""

    until: Stamp | None
    until_event: Literal["author_update", "any_update", "ready_for_review"] | None


class Mine(Closed):
    """What the pull request is to me."""

    roles: list[Role]
    turn: MyTurn | None
    snoozed: Snoozed | None


class PullRequest(Closed):
    """A pull request as last read."""

    repository: str
    number: int
    url: str
    title: str
    author: str | None
    author_is_bot: bool
    state: Literal["open", "closed", "merged"]
    draft: bool
    labels: list[Label]
    assignees: list[str]
    review_requests: list[AskedReviewer]
    reviews: list[Review]
    review_state: Literal["none", "waiting", "approved", "changes_requested"]
    ci: Literal["success", "failure", "pending", "none", "unknown"]
    mergeable: Literal["mergeable", "conflicting", "unknown"]
    base: str
    head: str
    head_sha: str
    additions: int
    deletions: int
    changed_files: int
    code_owners: list[CodeOwner]
    turn: list[Turn]
    claimed: Claimed | None
    created_at: Stamp
    updated_at: Stamp
    ready_at: Stamp | None
    merged_at: Stamp | None
    closed_at: Stamp | None
    as_of: Stamp
    """When GitHub was last read in full for it."""
    mine: Mine


class LedgerEntry(Closed):
    """One review request, kept also when GitHub has forgotten it."""

    kind: Literal["user", "team"]
    name: str
    by: str | None
    code_owner: bool
    asked_at: Stamp
    settled_at: Stamp | None
    settled: Literal["reviewed", "removed", "taken", "closed"] | None
    settled_by: str | None


class Change(BaseModel):
    """One thing that changed; further keys depend on the kind."""

    model_config = ConfigDict(extra="allow")

    kind: Kind
    actor: str | None


class Event(Closed):
    """What one look found changed in one pull request."""

    id: int
    repository: str
    number: int
    update_type: UpdateType
    changes: list[Change]
    at: Stamp
    occurred_at: Stamp
    title: str
    url: str


class PullRequestInFull(PullRequest):
    """A pull request with its review requests of all times and its events."""

    requests: list[LedgerEntry]
    history: list[Event]


class RepositoryPage(Closed):
    """A page of repositories."""

    items: list[Repository]
    count: int


class PullRequestPage(Closed):
    """A page of pull requests."""

    items: list[PullRequest]
    count: int


class EventPage(Closed):
    """Events in commit order."""

    items: list[Event]
    cursor: int
    """How far was looked: the next `after`."""
    has_more: bool


class View(Closed):
    """A search, built in or kept by me."""

    id: int | str
    """A number, or a built-in view's word."""
    name: str
    q: str
    count: int | None
    """null where the query means nothing."""
    built_in: bool
    default: bool


class ViewPage(Closed):
    """A page of views."""

    items: list[View]
    count: int


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


CheckState = Literal["ok", "failing", "starting", "unknown"]


class HealthChecks(Closed):
    """One word for each part."""

    database: CheckState
    worker: CheckState
    polling: CheckState
    github: CheckState


class Health(Closed):
    """Whether everything works."""

    status: Literal["ok", "failing"]
    version: str
    checks: HealthChecks
