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
from monitor.schemas.status import Error, ErrorBody, Health, HealthChecks
from monitor.schemas.values import Closed, Query, Stamp
from monitor.schemas.views import View, ViewPage

__all__ = [
    "AskedReviewer",
    "Change",
    "Claimed",
    "Closed",
    "CodeOwner",
    "Error",
    "ErrorBody",
    "Event",
    "EventPage",
    "Health",
    "HealthChecks",
    "Hours",
    "HoursChange",
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
    "PullRequestPage",
    "Query",
    "Repository",
    "RepositoryPage",
    "Review",
    "SnoozeUntil",
    "Snoozed",
    "Stamp",
    "Stats",
    "Subscribe",
    "Turn",
    "Unsubscribe",
    "View",
    "ViewPage",
]
