"""The response bodies about repositories."""

from monitor.api.schemas.enumerations import RepositoryStatus
from monitor.api.schemas.field_types import ClosedModel, Count, RepositoryFullName, Timestamp, Url
from monitor.rules.filters import Filter


class Stats(ClosedModel):
    """How many pull requests of the repository are open, and how many of those …"""

    total_open_prs: Count
    assigned_to_user: Count
    """… are assigned to you."""
    review_requests: Count
    """… wait for a review by you or a team of yours."""
    needs_review: Count
    """… are no draft, not by a bot, and have neither approvals nor requested changes."""


class Repository(ClosedModel):
    """A repository that somebody watches."""

    full_name: RepositoryFullName
    url: Url
    private: bool
    archived: bool
    default_branch: str
    filters: list[Filter] | None
    """The filters of your subscription; null if you do not watch the repository."""
    status: RepositoryStatus
    status_message: str
    last_polled_at: Timestamp | None
    next_poll_at: Timestamp | None
    effective_interval_seconds: Count
    stats: Stats


class RepositoryPage(ClosedModel):
    """A page of repositories."""

    items: list[Repository]
    count: Count
