"""The state of the house; one module a noun."""

from monitor.models.api_token import ApiToken
from monitor.models.code_owners import CodeownersBranch, CodeownersFile, Ownership
from monitor.models.event import Event, EventSequence
from monitor.models.github import Credential, Heartbeat, RateLimit
from monitor.models.person import Person
from monitor.models.pull_request import Involvement, PullRequest, ReviewRequest
from monitor.models.repository import Repository
from monitor.models.subscription import Claim, SavedView, Snooze, Subscription
from monitor.models.team import Team, TeamMember
from monitor.models.tries import SignInTries
from monitor.models.webhook import WebhookDelivery

__all__ = [
    "ApiToken",
    "Claim",
    "CodeownersBranch",
    "CodeownersFile",
    "Credential",
    "Event",
    "EventSequence",
    "Heartbeat",
    "Involvement",
    "Ownership",
    "Person",
    "PullRequest",
    "RateLimit",
    "Repository",
    "ReviewRequest",
    "SavedView",
    "SignInTries",
    "Snooze",
    "Subscription",
    "Team",
    "TeamMember",
    "WebhookDelivery",
]
