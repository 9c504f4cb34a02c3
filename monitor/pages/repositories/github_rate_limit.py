"""How much of GitHub's rate limit is left, as the pages show it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from monitor.models import RateLimit


@dataclass(frozen=True, slots=True)
class GitHubRateLimit:
    """The points left of the hourly limit. `blocked_until` is set while prmonitor has to wait for GitHub."""

    remaining: int
    limit: int
    blocked_until: datetime | None


def github_rate_limit() -> GitHubRateLimit | None:
    """The rate limit of the credential with the fewest points left; a blocked one counts as the fewest.

    None until GitHub has answered once.
    """
    now = timezone.now()
    scarcest = None
    for row in RateLimit.objects.filter(resource="graphql"):
        blocked = row.blocked_until if row.blocked_until and row.blocked_until > now else None
        current = row.reset_at is None or row.reset_at > now
        rate_limit = GitHubRateLimit(max(0, row.remaining) if current else row.limit, row.limit, blocked)
        if scarcest is None or _scarcity(rate_limit) > _scarcity(scarcest):
            scarcest = rate_limit
    return scarcest


def _scarcity(rate_limit: GitHubRateLimit) -> tuple[bool, int]:
    return rate_limit.blocked_until is not None, -rate_limit.remaining
