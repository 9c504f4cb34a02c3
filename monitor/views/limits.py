"""What GitHub still allows, for people to see."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from monitor.models import RateLimit


@dataclass(frozen=True, slots=True)
class Limit:
    """The scarcest of our allowances; `blocked_until` is set while GitHub makes us wait."""

    remaining: int
    limit: int
    blocked_until: datetime | None


def limit_for() -> Limit | None:
    """None until GitHub has answered once."""
    now = timezone.now()
    found = None
    for row in RateLimit.objects.filter(resource="graphql"):
        blocked = row.blocked_until if row.blocked_until and row.blocked_until > now else None
        fresh = row.reset_at is None or row.reset_at > now
        limit = Limit(max(0, row.remaining) if fresh else row.limit, row.limit, blocked)
        if found is None or (limit.blocked_until is not None, -limit.remaining) > (
            found.blocked_until is not None,
            -found.remaining,
        ):
            found = limit
    return found
