"""What goes out of repositories."""

from typing import Literal

from pydantic import Field

from monitor.events import Filter
from monitor.schemas.values import Closed, Stamp


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


class RepositoryPage(Closed):
    """A page of repositories."""

    items: list[Repository]
    count: int
