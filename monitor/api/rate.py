"""How many calls one user, or one anonymous address, may make in a minute.

Not by `ninja.throttling`: it comes after the sign-in, so calls that are refused there would go uncounted; it reads, then writes,
so calls made at once are counted as one; and it keeps each call's state in one object that all threads share.
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from monitor.api.errors import too_many
from monitor.client_address import address_of
from monitor.counting import wait_after

WINDOW_SECONDS = 60


def spend(request: HttpRequest, user: User | None) -> None:
    """Counts one call; 429 with the seconds left in this window when there were too many."""
    who = f"user-{user.pk}" if user is not None else f"address-{address_of(request)}"
    if wait := wait_after(f"api-rate-{who}", settings.API_RATE_PER_MINUTE, WINDOW_SECONDS):
        raise too_many(f"more than {settings.API_RATE_PER_MINUTE} calls in a minute", wait)
