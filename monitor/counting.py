"""How often somebody did something within a while, counted in the cache."""

import logging
import time

from django.core.cache import cache

logger = logging.getLogger(__name__)


def count(key: str, seconds: int) -> int:
    """Counts one more, and returns how many there were since counting under `key` began, `seconds` ago at most.

    Counted by each process for itself, by all of them together where there is Redis; 0 while the cache does not answer:
    losing a limit for a while is better than losing what it limits.
    """
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:
        return 1  # the time ended between the two: a new one begins
    except Exception as error:  # each cache backend has its own family of errors
        logger.warning("%s is not counted, the cache does not answer: %s", key, error)
        return 0


def wait_after(key: str, limit: int, seconds: int) -> int:
    """Counts one more in the present window of `seconds`; the seconds until the next window if that was over `limit`, else 0."""
    window, gone = divmod(int(time.time()), seconds)
    return seconds - gone if count(f"{key}-{window}", seconds + 1) > limit else 0
