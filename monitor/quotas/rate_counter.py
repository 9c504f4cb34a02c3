"""Counts in the cache how often a user did something within some seconds."""

import logging
import time

from django.core.cache import cache

logger = logging.getLogger(__name__)


def count(key: str, seconds: int) -> int:
    """Counts one more, and returns the count since counting under `key` began, at most `seconds` ago.

    With Redis all processes count together, without it each for itself. Returns 0 while the cache does not answer:
    working without a limit for a while is better than not working.
    """
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:
        return 1  # the key expired between the two calls, so a new count begins
    except Exception as error:  # each cache backend has its own family of errors
        logger.warning("%s is not counted, the cache does not answer: %s", key, error)
        return 0


def wait_after(key: str, limit: int, seconds: int) -> int:
    """Counts one in the current window of `seconds`; returns the seconds to the next window if over `limit`, else 0."""
    window, gone = divmod(int(time.time()), seconds)
    return seconds - gone if count(f"{key}-{window}", seconds + 1) > limit else 0
