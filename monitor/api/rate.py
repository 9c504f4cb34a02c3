"""How many calls one user, or one anonymous address, may make in a minute."""

from django.conf import settings
from django.http import HttpRequest

from monitor.api.errors import too_many
from monitor.counting import wait_after

WINDOW_SECONDS = 60


def spend(request: HttpRequest, user_id: int | None) -> None:
    """Counts one call; 429 with the seconds left in this window when there were too many."""
    who = f"user-{user_id}" if user_id is not None else f"address-{address_of(request)}"
    if wait := wait_after(f"api-rate-{who}", settings.API_RATE_PER_MINUTE, WINDOW_SECONDS):
        raise too_many(f"more than {settings.API_RATE_PER_MINUTE} calls in a minute", wait)


def address_of(request: HttpRequest) -> str:
    """The client's address; behind a trusted proxy, the one that proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.USE_X_FORWARDED_HOST else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
