"""Subscribing to repositories, and asking for a look at them now."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from monitor import schedules, watch_limits
from monitor.events import DEFAULT_FILTERS, Filter
from monitor.github import budget
from monitor.github.allowance import Purpose
from monitor.github.client import Facts
from monitor.github.identities import client_for
from monitor.models import Repository, Subscription
from monitor.pausing import Paused
from monitor.queries import AnyUser, RepositoryNotFound, named, visible_to

REFRESH_EVERY = timedelta(seconds=10)


class TooSoon(Exception):
    """This repository was looked at on demand a moment ago; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"looked at a moment ago; again in {retry_after} s")
        self.retry_after = retry_after


class OtherFilters(Exception):
    """The user watches it already, with other filters than the ones they have seen and than those they want now."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(f"{subscription.repository} is watched already, with other filters")
        self.subscription = subscription


def subscribe(
    user: AnyUser, full_name: str, filters: Sequence[str] | None, seen: Sequence[str] | None = None
) -> tuple[Subscription, bool]:
    """Subscribes `user`, looking the repository up on GitHub when nobody watches it; replaces the filters if it was there.

    With `seen`, the filters that the user knows of (none of a repository they do not watch), no others are replaced.
    Errors: OtherFilters, RepositoryNotFound (also where `user` may not see it), WatchesEnough, TooManyQuestions, and the
    client's GitHubError.
    """
    repository = named(visible_to(user), full_name)
    if repository is None or not repository.subscriptions.filter(user=user.pk).exists():
        watch_limits.may_watch_one_more(user)
    if repository is None or not repository.subscriptions.exists():
        watch_limits.count_lookup(user)
        # What is here but hidden is asked for as well: nothing, the time it takes included, tells it from what is nowhere.
        repository = add(full_name, private=user.is_staff)
    if not visible_to(user).filter(pk=repository.pk).exists():
        raise RepositoryNotFound(full_name)
    with transaction.atomic():
        subscription, created = _placed(user, repository, normal(filters), seen)
        _look_soon(repository)
    return subscription, created


def _placed(
    user: AnyUser, repository: Repository, filters: list[str], seen: Sequence[str] | None
) -> tuple[Subscription, bool]:
    watch_limits.one_at_a_time(user)
    here = repository.subscriptions.filter(user=user.pk).first()
    if here is None:
        watch_limits.may_watch_one_more(user)
    elif seen is not None and here.filters not in ([*seen], filters):
        raise OtherFilters(here)
    return Subscription.objects.update_or_create(user_id=user.pk, repository=repository, defaults={"filters": filters})


def add(full_name: str, *, private: bool = True) -> Repository:
    """The repository as GitHub knows it, now ours too; a private one that is not here yet only if `private`.

    Errors: RepositoryNotFound, the client's GitHubError.
    """
    client = client_for(full_name.partition("/")[0])
    # Within the budget, and after what is watched already: nobody's curiosity stops the looking for everybody.
    answer = budget.ask(client.identity, Purpose.SWEEP, 1, lambda: client.resolve([full_name]))
    facts = answer.found.get(full_name.lower())
    if facts is None or (facts.private and not private and not _is_here(facts)):
        raise RepositoryNotFound(full_name)
    repository, _ = Repository.objects.get_or_create(node_id=facts.node_id, defaults=columns(facts))
    if repository.private != facts.private:
        # Nobody has looked for a while. Who may see it counts from now on; the rest is for the next look.
        repository.private = facts.private
        repository.save(update_fields=["private"])
    return repository


def _is_here(facts: Facts) -> bool:
    return Repository.objects.filter(node_id=facts.node_id).exists()


def columns(facts: Facts) -> dict[str, str | bool]:
    """What GitHub says of a repository, by our column names, and whether it is the made-up GitHub that says it."""
    return {
        "full_name": facts.full_name,
        "url": facts.url,
        "private": facts.private,
        "archived": facts.archived,
        "default_branch": facts.default_branch,
        "demo": settings.DEMO,
    }


def normal(filters: Sequence[str] | None) -> list[str]:
    """Filters without repetition, in the order of the vocabulary; None and nothing mean the default."""
    wanted = set(filters or DEFAULT_FILTERS)
    return [str(name) for name in Filter if name in wanted]


def unsubscribe(user: AnyUser, full_name: str) -> bool:
    """Ends the subscription; False if there was none. Errors: RepositoryNotFound."""
    repository = named(visible_to(user), full_name)
    if repository is None:
        raise RepositoryNotFound(full_name)
    deleted, _ = Subscription.objects.filter(user=user.pk, repository=repository).delete()
    return bool(deleted)


def refresh(user: AnyUser, repository: Repository) -> None:
    """Has the repository looked at now, for `user`.

    Errors: Paused; TooSoon when that was asked for less than 10 s ago; TooManyQuestions when `user` asks too often.
    """
    if repository.paused:
        raise Paused(repository)
    watch_limits.count_look(user)
    now = timezone.now()
    due = Q(refreshed_at=None) | Q(refreshed_at__lte=now - REFRESH_EVERY)
    # One conditional UPDATE: of two people who ask at once, one is told to wait.
    if not Repository.objects.filter(due, pk=repository.pk).update(refreshed_at=now, next_poll_at=now):
        asked = Repository.objects.values_list("refreshed_at", flat=True).get(pk=repository.pk) or now
        raise TooSoon(max(1, int((asked + REFRESH_EVERY - now).total_seconds() + 0.999)))
    repository.refreshed_at = repository.next_poll_at = now
    schedules.wake()


def look_now(repositories: QuerySet[Repository]) -> int:
    """Makes repositories due at once, but for paused ones; how many."""
    count = repositories.filter(paused=False).update(next_poll_at=timezone.now())
    schedules.wake()
    return count


def _look_soon(repository: Repository) -> None:
    """A repository that waits for its first look, or that nobody watched for a while, is due now."""
    now = timezone.now()
    if repository.first_read_at is None or repository.next_poll_at > now + timedelta(minutes=1):
        Repository.objects.filter(pk=repository.pk).update(next_poll_at=now)
        schedules.wake()
