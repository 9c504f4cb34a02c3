"""How many repositories one user may watch, and how often they may have GitHub asked. There is no limit for staff."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User

from monitor.models import Subscription
from monitor.queries import AnyUser, visible_to
from monitor.quotas.rate_counter import wait_after

Windows = Iterable[tuple[int, int]]  # how often in so many seconds

# Look-ups of repositories that nobody watches. Each costs a request, and the first poll of a new repository many more.
LOOKUPS: Windows = ((60, 60), (300, 3600))
# Polls on demand, over all repositories.
LOOKS: Windows = ((60, 60), (600, 3600))


class WatchesEnough(Exception):
    """The user watches as many repositories as one user may."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"you watch {limit} repositories, as many as one person may: stop watching one, or ask a team lead to add this one"
        )


class TooManyQuestions(Exception):
    """The user had GitHub asked too often; `retry_after` is in seconds."""

    def __init__(self, what: str, retry_after: int) -> None:
        super().__init__(f"too many {what} within a short while; try again in {retry_after} s")
        self.retry_after = retry_after


def check_watch_limit(user: AnyUser) -> None:
    """Errors: WatchesEnough.

    The check is certain in a transaction that has called `lock_user`. A repository that the user may no longer see is
    not polled for them, and does not count.
    """
    limit = settings.SUBSCRIPTIONS_PER_USER
    if user.is_staff or not limit:
        return
    if Subscription.objects.filter(user=user.pk, repository__in=visible_to(user)).count() >= limit:
        raise WatchesEnough(limit)


def lock_user(user: AnyUser) -> None:
    """Keeps other transactions from subscribing this user until this transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk").first()


def count_lookup(user: AnyUser) -> None:
    """Counts one look-up of a repository on GitHub. Errors: TooManyQuestions."""
    _count(user, "look-ups of repositories", LOOKUPS)


def count_refresh(user: AnyUser) -> None:
    """Counts one look on demand. Errors: TooManyQuestions."""
    _count(user, "looks on demand", LOOKS)


def _count(user: AnyUser, what: str, windows: Windows) -> None:
    if user.is_staff:
        return
    for often, seconds in windows:
        if wait := wait_after(f"{what.replace(' ', '-')}-{user.pk}-{seconds}", often, seconds):
            raise TooManyQuestions(what, wait)
