"""Subscribes users to repositories, and polls a repository on demand."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from monitor.actions.pauses import RepositoryPaused
from monitor.background import schedules
from monitor.github import rate_limit_budget
from monitor.github.client import RepositoryMetadata
from monitor.github.identities import client_for
from monitor.github.rate_limit_policy import Purpose
from monitor.models import Repository, Subscription
from monitor.queries import AnyUser, RepositoryNotFound, repository_named, visible_to
from monitor.quotas import repository_quotas
from monitor.rules.filters import DEFAULT_FILTERS, Filter

REFRESH_EVERY = timedelta(seconds=10)


class RefreshTooSoon(Exception):
    """The repository was polled on demand a moment ago; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"looked at a moment ago; again in {retry_after} s")
        self.retry_after = retry_after


class FiltersChanged(Exception):
    """The user watches the repository already, with filters that are neither those they saw nor those they want now."""

    def __init__(self, subscription: Subscription) -> None:
        super().__init__(f"{subscription.repository} is watched already, with other filters")
        self.subscription = subscription


def subscribe(
    user: AnyUser, full_name: str, filters: Sequence[str] | None, seen: Sequence[str] | None = None
) -> tuple[Subscription, bool]:
    """Subscribes `user`, or replaces the filters of their subscription.

    A repository that nobody watches is looked up on GitHub first.
    `seen`: the filters that the user saw (none for a repository they do not watch); other filters are not replaced.
    Errors: FiltersChanged, RepositoryNotFound (also if `user` may not see it), WatchesEnough, TooManyQuestions, and the
    client's GitHubError.
    """
    repository = repository_named(visible_to(user), full_name)
    if repository is None or not repository.subscriptions.filter(user=user.pk).exists():
        repository_quotas.check_watch_limit(user)
    if repository is None or not repository.subscriptions.exists():
        repository_quotas.count_lookup(user)
        # One that `user` may not see is looked up too, so that the response takes the same time as for a missing one.
        repository = add_repository(full_name, private=user.is_staff)
    if not visible_to(user).filter(pk=repository.pk).exists():
        raise RepositoryNotFound(full_name)
    with transaction.atomic():
        subscription, created = _save_subscription(user, repository, normalized_filters(filters), seen)
        _poll_soon(repository)
    return subscription, created


def _save_subscription(
    user: AnyUser, repository: Repository, filters: list[str], seen: Sequence[str] | None
) -> tuple[Subscription, bool]:
    repository_quotas.lock_user(user)
    here = repository.subscriptions.filter(user=user.pk).first()
    if here is None:
        repository_quotas.check_watch_limit(user)
    elif seen is not None and here.filters not in ([*seen], filters):
        raise FiltersChanged(here)
    return Subscription.objects.update_or_create(user_id=user.pk, repository=repository, defaults={"filters": filters})


def add_repository(full_name: str, *, private: bool = True) -> Repository:
    """Adds the repository as GitHub has it, and returns it; adds a private one only if `private`.

    Errors: RepositoryNotFound, the client's GitHubError.
    """
    client = client_for(full_name.partition("/")[0])
    # The look-up has the lowest priority, so that it does not use up the points for polling the watched repositories.
    answer = rate_limit_budget.ask(client, Purpose.BACKGROUND, 1, lambda: client.resolve([full_name]))
    facts = answer.found.get(full_name.lower())
    if facts is None or (facts.private and not private and not _is_known(facts)):
        raise RepositoryNotFound(full_name)
    repository, _ = Repository.objects.get_or_create(node_id=facts.node_id, defaults=repository_columns(facts))
    if repository.private != facts.private:
        # The row is old. Who may see the repository must be right at once; the next poll updates the rest.
        repository.private = facts.private
        repository.save(update_fields=["private"])
    return repository


def _is_known(facts: RepositoryMetadata) -> bool:
    return Repository.objects.filter(node_id=facts.node_id).exists()


def repository_columns(facts: RepositoryMetadata) -> dict[str, str | bool]:
    """The columns of a repository from what GitHub says, and whether that GitHub is the demo."""
    return {
        "full_name": facts.full_name,
        "url": facts.url,
        "private": facts.private,
        "archived": facts.archived,
        "default_branch": facts.default_branch,
        "demo": settings.DEMO,
    }


def normalized_filters(filters: Sequence[str] | None) -> list[str]:
    """The filters without repetition, in the order of `Filter`; None and an empty list mean the default."""
    wanted = set(filters or DEFAULT_FILTERS)
    return [str(name) for name in Filter if name in wanted]


def unsubscribe(user: AnyUser, full_name: str) -> bool:
    """Ends the subscription; False if there was none. Errors: RepositoryNotFound."""
    repository = repository_named(visible_to(user), full_name)
    if repository is None:
        raise RepositoryNotFound(full_name)
    deleted, _ = Subscription.objects.filter(user=user.pk, repository=repository).delete()
    return bool(deleted)


def refresh(user: AnyUser, repository: Repository) -> None:
    """Polls the repository now, on demand of `user`.

    Errors: RepositoryPaused; `Blocked` while GitHub cannot be reached, the repository is then polled as soon as it can;
    RefreshTooSoon within 10 s of the last demand; TooManyQuestions if `user` asks too often.
    """
    if repository.paused:
        raise RepositoryPaused(repository)
    repository_quotas.count_refresh(user)
    now = timezone.now()
    try:
        rate_limit_budget.check_outage(now)
    except rate_limit_budget.Blocked:
        Repository.objects.filter(pk=repository.pk).update(next_poll_at=now)
        raise
    due = Q(refreshed_at=None) | Q(refreshed_at__lte=now - REFRESH_EVERY)
    # One conditional UPDATE: of two users who ask at the same moment, one has to wait.
    if not Repository.objects.filter(due, pk=repository.pk).update(refreshed_at=now, next_poll_at=now):
        asked = Repository.objects.values_list("refreshed_at", flat=True).get(pk=repository.pk) or now
        raise RefreshTooSoon(max(1, int((asked + REFRESH_EVERY - now).total_seconds() + 0.999)))
    repository.refreshed_at = repository.next_poll_at = now
    schedules.run_now()


def poll_now(repositories: QuerySet[Repository]) -> int:
    """Polls the repositories now, except paused ones; returns how many."""
    count = repositories.filter(paused=False).update(next_poll_at=timezone.now())
    schedules.run_now()
    return count


def _poll_soon(repository: Repository) -> None:
    """Polls the repository soon when it was never polled, or when nobody watched it for a while."""
    now = timezone.now()
    if repository.first_read_at is None or repository.next_poll_at > now + timedelta(minutes=1):
        Repository.objects.filter(pk=repository.pk).update(next_poll_at=now)
        schedules.run_now()
