"""Limits how many requests one user, or one address without sign-in, may make in a minute.

`ninja.throttling` does not fit. It runs after the sign-in, so that requests refused there would not count. It reads
and then writes its counter, so that requests at the same moment count as one. And all threads share its state.
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from monitor.accounts.client_address import address_of
from monitor.api.errors import too_many
from monitor.quotas.rate_counter import wait_after

WINDOW_SECONDS = 60


def count_call(request: HttpRequest, user: User | None) -> None:
    """Counts one request. Errors: ApiError 429 when there were too many in this minute."""
    if wait := _wait_of(f"user-{user.pk}" if user is not None else f"address-{address_of(request)}"):
        raise too_many(f"more than {settings.API_RATE_PER_MINUTE} calls in a minute", wait)


def is_within_rate(user_id: int) -> bool:
    """Counts one request of a user; whether there were not too many in this minute."""
    return not _wait_of(f"user-{user_id}")


def _wait_of(caller: str) -> int:
    return wait_after(f"api-rate-{caller}", settings.API_RATE_PER_MINUTE, WINDOW_SECONDS)
