"""Counts how often a user did something within some seconds: in Redis, in a file, or in this process."""

import logging
import time

from django.conf import settings
from django.core.cache import cache

from monitor.quotas.shared_counts import SharedCounts

logger = logging.getLogger(__name__)
_shared = SharedCounts(settings.DATA_DIR / "counts.sqlite3")


def count(key: str, seconds: int) -> int:
    """Counts one more, and returns the count since counting under `key` began, at most `seconds` ago.

    All processes count together: on many machines with Redis, on one also without it. Returns 0 while that is not
    possible: working without a limit for a while is better than not working.
    """
    try:
        if settings.WEB_PROCESSES > 1 and not settings.REDIS_URL:
            return _shared.count(key, seconds)
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:
        return 1  # the key expired between the two calls, so a new count begins
    except Exception as error:  # each cache backend has its own family of errors
        logger.warning("%s is not counted, what counts does not answer: %s", key, error)
        return 0


def wait_after(key: str, limit: int, seconds: int) -> int:
    """Counts one in the current window of `seconds`; returns the seconds to the next window if over `limit`, else 0."""
    window, gone = divmod(int(time.time()), seconds)
    return seconds - gone if count(f"{key}-{window}", seconds + 1) > limit else 0
