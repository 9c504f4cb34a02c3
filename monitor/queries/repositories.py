"""Reads about repositories: by name, by subscription, and with their numbers."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from monitor.events import Role
from monitor.models import (
    Involvement,
    PullRequest,
    Repository,
    Subscription,
)
from monitor.queries.access import AnyUser, Viewer, viewers_for, visible_to
from monitor.snapshot import isoformat

STATS = ("total_open_prs", "assigned_to_user", "review_requests", "needs_review")


class RepositoryNotFound(LookupError):
    """Unknown, unreadable, or private and not shared with the asker: the three are never told apart."""

    def __init__(self, full_name: str) -> None:
        super().__init__(f'repository "{full_name}" was not found, or neither the token nor you may read it')


def named(queryset: QuerySet[Repository], full_name: str) -> Repository | None:
    """The repository called `full_name`, regardless of case; of two that bear one name, the one still answering."""
    if "\x00" in full_name:
        return None  # PostgreSQL refuses to compare with it, and nothing is called so
    found = queryset.filter(pk__in=_ids_named(full_name))
    return min(found, key=lambda row: (row.status == Repository.Status.INACCESSIBLE, -row.pk), default=None)


def _ids_named(full_name: str) -> QuerySet[Any, Any]:
    return Repository.objects.annotate(key=Lower("full_name")).filter(key=full_name.lower()).values("pk")


def repository_for(user: AnyUser, owner: str, name: str) -> Repository:
    """The repository if `user` may see it. Errors: RepositoryNotFound."""
    found = named(visible_to(user), f"{owner}/{name}")
    if found is None:
        raise RepositoryNotFound(f"{owner}/{name}")
    return found


def repositories_for(user: AnyUser) -> QuerySet[Repository]:
    """What the user subscribes to and may see, by name."""
    return visible_to(user).filter(subscriptions__user=user.pk).order_by(Lower("full_name"), "pk")


def filters_for(user: AnyUser, repository_ids: Collection[int]) -> dict[int, list[str]]:
    """The filters of the user's subscriptions, by repository; not subscribed: absent."""
    rows = Subscription.objects.filter(user=user.pk, repository__in=repository_ids)
    return dict(rows.values_list("repository_id", "filters"))


def stats_for(user: AnyUser, repository_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The four numbers of each repository as this user sees them."""
    return {repository: stats for (_, repository), stats in stats_of([user.pk], repository_ids).items()}


def stats_of(user_ids: Collection[int], repository_ids: Collection[int]) -> dict[tuple[int, int], dict[str, int]]:
    """(user, repository) -> the four numbers, in a fixed number of queries. Access is the caller's business."""
    everybody = _stats_of_everybody(repository_ids)
    viewers = viewers_for(user_ids)
    assigned, asked = _personal_counts(viewers, repository_ids)
    return {
        (user, repository): dict(
            zip(
                STATS,
                (
                    everybody.get(repository, (0, 0))[0],
                    assigned[user, repository],
                    asked[user, repository],
                    everybody.get(repository, (0, 0))[1],
                ),
                strict=True,
            )
        )
        for user in user_ids
        for repository in repository_ids
    }


def _stats_of_everybody(repository_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    undecided = Q(draft=False, author_is_bot=False, review_state__in=("none", "waiting"))
    rows = (
        PullRequest.objects.filter(repository__in=repository_ids, state="open")
        .order_by()
        .values_list("repository")
        .annotate(total=Count("pk"), undecided=Count("pk", filter=undecided))
    )
    return {repository: (total, waiting) for repository, total, waiting in rows}


def _personal_counts(
    viewers: dict[int, Viewer], repository_ids: Collection[int]
) -> tuple[Counter[tuple[int, int]], Counter[tuple[int, int]]]:
    roles = (Role.ASSIGNED, Role.REVIEW_REQUESTED, Role.TEAM_REQUESTED)
    rows = Involvement.objects.filter(
        name__in={name for viewer in viewers.values() for name in viewer.names},
        role__in=roles,
        pull_request__state="open",
        pull_request__repository__in=repository_ids,
    ).values_list("pull_request_id", "pull_request__repository_id", "role", "name")
    assigned: set[tuple[int, int, int]] = set()
    asked: set[tuple[int, int, int]] = set()
    people: dict[tuple[str, bool], list[int]] = {}
    for viewer in viewers.values():
        for name in viewer.names:
            people.setdefault((name, name != viewer.login), []).append(viewer.user_id)
    for pull_request, repository, role, name in rows:
        for user in people.get((name, role == Role.TEAM_REQUESTED), ()):
            (assigned if role == Role.ASSIGNED else asked).add((user, repository, pull_request))
    return Counter((user, repository) for user, repository, _ in assigned), Counter(
        (user, repository) for user, repository, _ in asked
    )


def repository_json(repository: Repository, filters: list[str] | None, stats: dict[str, int]) -> dict[str, Any]:
    """A repository as the API shows it."""
    return {
        "full_name": repository.full_name,
        "url": repository.url,
        "private": repository.private,
        "archived": repository.archived,
        "default_branch": repository.default_branch,
        "filters": filters,
        "status": repository.status,
        "status_message": _message(repository),
        "last_polled_at": isoformat(repository.last_polled_at),
        "next_poll_at": None if repository.paused else isoformat(repository.next_poll_at),
        "effective_interval_seconds": repository.effective_interval_seconds,
        "stats": stats,
    }


def _message(repository: Repository) -> str:
    """How the last look went; while there are none, why."""
    if not repository.paused:
        return repository.status_message
    words = repository.pause_words()
    return f"{words[0].upper()}{words[1:]}: not looked at until a team lead resumes it."
