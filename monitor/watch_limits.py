"""How much one person may have watched, and asked of GitHub: everybody's budget pays for it. Staff decide for themselves."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User

from monitor.counting import wait_after
from monitor.models import Subscription
from monitor.queries import AnyUser, visible_to

Windows = Iterable[tuple[int, int]]  # how often in so many seconds

# Of repositories that nobody watches. Each costs a request, and the first look at what was found many more.
LOOKUPS: Windows = ((60, 60), (300, 3600))
# On demand, over all repositories.
LOOKS: Windows = ((60, 60), (600, 3600))


class WatchesEnough(Exception):
    """This person watches as many repositories as one person may."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"you watch {limit} repositories, as many as one person may: stop watching one, or ask a team lead to add this one"
        )


class TooManyQuestions(Exception):
    """This person had GitHub asked too often; `retry_after` is in seconds."""

    def __init__(self, what: str, retry_after: int) -> None:
        super().__init__(f"too many {what} within a short while; try again in {retry_after} s")
        self.retry_after = retry_after


def may_watch_one_more(user: AnyUser) -> None:
    """Errors: WatchesEnough.

    Certain within a transaction that has called `one_at_a_time`. What the person may no longer see is not looked at for
    them, and does not count.
    """
    limit = settings.SUBSCRIPTIONS_PER_USER
    if user.is_staff or not limit:
        return
    if Subscription.objects.filter(user=user.pk, repository__in=visible_to(user)).count() >= limit:
        raise WatchesEnough(limit)


def one_at_a_time(user: AnyUser) -> None:
    """Lets nobody else subscribe this user until the transaction ends."""
    User.objects.select_for_update(no_key=True).filter(pk=user.pk).values_list("pk").first()


def count_lookup(user: AnyUser) -> None:
    """Counts one look-up of a repository on GitHub. Errors: TooManyQuestions."""
    _count(user, "look-ups of repositories", LOOKUPS)


def count_look(user: AnyUser) -> None:
    """Counts one look on demand. Errors: TooManyQuestions."""
    _count(user, "looks on demand", LOOKS)


def _count(user: AnyUser, what: str, windows: Windows) -> None:
    if user.is_staff:
        return
    for often, seconds in windows:
        if wait := wait_after(f"{what.replace(' ', '-')}-{user.pk}-{seconds}", often, seconds):
            raise TooManyQuestions(what, wait)
