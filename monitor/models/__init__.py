"""The database models of prmonitor, in one module per noun."""

from monitor.models.api_token import ApiToken
from monitor.models.claim import Claim
from monitor.models.code_owners import CodeownersBranch, CodeownersFile, Ownership
from monitor.models.credential import Credential
from monitor.models.event import Event, EventSequence
from monitor.models.former_name import FormerName
from monitor.models.heartbeat import Heartbeat
from monitor.models.involvement import Involvement
from monitor.models.person import Person
from monitor.models.pull_request import PullRequest
from monitor.models.rate_limit import RateLimit
from monitor.models.repository import Repository
from monitor.models.review_request import ReviewRequest
from monitor.models.saved_view import SavedView
from monitor.models.sign_in_tries import SignInTries
from monitor.models.snooze import Snooze
from monitor.models.subscription import Subscription
from monitor.models.team import Team, TeamMember
from monitor.models.webhook_delivery import WebhookDelivery

__all__ = [
    "ApiToken",
    "Claim",
    "CodeownersBranch",
    "CodeownersFile",
    "Credential",
    "Event",
    "EventSequence",
    "FormerName",
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
