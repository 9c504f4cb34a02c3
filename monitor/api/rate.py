"""How many calls one user, or one anonymous address, may make in a minute."""

import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from monitor.api.errors import too_many

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60


def spend(request: HttpRequest, user_id: int | None) -> None:
    """Counts one call; 429 with the seconds left in this window when there were too many.

    Counted in the cache: by each web process for itself, by all of them together where there is Redis.
    """
    window, gone = divmod(int(time.time()), WINDOW_SECONDS)
    who = f"user-{user_id}" if user_id is not None else f"address-{address_of(request)}"
    if _count(f"api-rate-{who}-{window}") > settings.API_RATE_PER_MINUTE:
        raise too_many(f"more than {settings.API_RATE_PER_MINUTE} calls in a minute", WINDOW_SECONDS - gone)


def _count(key: str) -> int:
    try:
        cache.add(key, 0, WINDOW_SECONDS + 1)
        return cache.incr(key)
    except ValueError:
        # The window ended between the two: a new one begins.
        return 1
    except Exception as error:  # each cache backend has its own family of errors
        # Losing the limit for a while is better than losing the API.
        logger.warning("calls are not counted, the cache does not answer: %s", error)
        return 0


def address_of(request: HttpRequest) -> str:
    """The client's address; behind a trusted proxy, the one that proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.USE_X_FORWARDED_HOST else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
