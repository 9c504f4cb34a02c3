"""What goes in and out of the API, as models: input is validated by them, output is documented and tested against them."""

from monitor.schemas.bodies import (
    HoursChange,
    MeChange,
    NewView,
    NotificationsChange,
    SnoozeUntil,
    Subscribe,
    Unsubscribe,
)
from monitor.schemas.events import Change, Event, EventPage
from monitor.schemas.people import Hours, Me, Notifications
from monitor.schemas.pull_requests import (
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
from monitor.schemas.repositories import Repository, RepositoryPage, Stats
from monitor.schemas.status import Error, ErrorBody, FieldError, Health, HealthChecks, Resync
from monitor.schemas.values import Closed, Count, Id, PullRequestName, Query, Stamp, Username, Written
from monitor.schemas.views import View, ViewPage
from monitor.schemas.words import ErrorCode, StateFilter

__all__ = [
    "AskedReviewer",
    "Change",
    "Claimed",
    "Closed",
    "CodeOwner",
    "Count",
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
    "Query",
    "Repository",
    "RepositoryPage",
    "Resync",
    "Review",
    "SnoozeUntil",
    "Snoozed",
    "Stamp",
    "StateFilter",
    "Stats",
    "Subscribe",
    "Turn",
    "Unsubscribe",
    "Username",
    "View",
    "ViewPage",
    "Written",
]
