"""What goes out of repositories."""

from monitor.events import Filter
from monitor.schemas.values import Address, Closed, Count, RepositoryName, Stamp
from monitor.schemas.words import RepositoryStatus


class Stats(Closed):
    """A repository's numbers as the reader sees them: open pull requests, and how many of them …"""

    total_open_prs: Count
    assigned_to_user: Count
    """… are assigned to me."""
    review_requests: Count
    """… wait for a review of mine or of a team of mine."""
    needs_review: Count
    """… are neither approved nor sent back, no draft and not by a bot."""


class Repository(Closed):
    """A repository we watch."""

    full_name: RepositoryName
    url: Address
    private: bool
    archived: bool
    default_branch: str
    filters: list[Filter] | None
    """What my subscription lets through; null when I do not subscribe."""
    status: RepositoryStatus
    status_message: str
    last_polled_at: Stamp | None
    next_poll_at: Stamp | None
    effective_interval_seconds: Count
    stats: Stats


class RepositoryPage(Closed):
    """A page of repositories."""

    items: list[Repository]
    count: Count
