"""The bodies of requests and responses as Pydantic models.

Requests are validated by them. Responses are only documented by them, and tested against them.
"""

from monitor.api.schemas.enumerations import ErrorCode, StateFilter
from monitor.api.schemas.errors import Error, ErrorBody, FieldError, Resync
from monitor.api.schemas.events import Change, Event, EventPage
from monitor.api.schemas.field_types import (
    ClosedModel,
    Count,
    DecimalDigits,
    Id,
    PullRequestName,
    SearchText,
    Timestamp,
    Username,
)
from monitor.api.schemas.health import Health, HealthChecks
from monitor.api.schemas.me import Hours, Me, Notifications
from monitor.api.schemas.pull_requests import (
    AskedReviewer,
    Claimed,
    CodeOwner,
    Label,
    LedgerEntry,
    Mine,
    MyTurn,
    PullRequest,
    PullRequestInFull,
    PullRequestPage,
    Review,
    Snoozed,
    Turn,
)
from monitor.api.schemas.repositories import Repository, RepositoryPage, Stats
from monitor.api.schemas.request_bodies import (
    AwayChange,
    HoursChange,
    MeChange,
    NewView,
    NotificationsChange,
    SnoozeUntil,
    Subscribe,
    Unsubscribe,
)
from monitor.api.schemas.saved_views import View, ViewPage

__all__ = [
    "AskedReviewer",
    "AwayChange",
    "Change",
    "Claimed",
    "ClosedModel",
    "CodeOwner",
    "Count",
    "DecimalDigits",
    "Error",
    "ErrorBody",
    "ErrorCode",
    "Event",
    "EventPage",
    "FieldError",
    "Health",
    "HealthChecks",
    "Hours",
    "HoursChange",
    "Id",
    "Label",
    "LedgerEntry",
    "Me",
    "MeChange",
    "Mine",
    "MyTurn",
    "NewView",
    "Notifications",
    "NotificationsChange",
    "PullRequest",
    "PullRequestInFull",
    "PullRequestName",
    "PullRequestPage",
    "Repository",
    "RepositoryPage",
    "Resync",
    "Review",
    "SearchText",
    "SnoozeUntil",
    "Snoozed",
    "StateFilter",
    "Stats",
    "Subscribe",
    "Timestamp",
    "Turn",
    "Unsubscribe",
    "Username",
    "View",
    "ViewPage",
]
