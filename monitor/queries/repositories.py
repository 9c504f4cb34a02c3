"""Reads repositories: by name, or those to which a user subscribes."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from monitor.database.prepared import prepared
from monitor.models import (
    Repository,
    Subscription,
)
from monitor.queries.access import AnyUser, Reader, reader_of, visible_to
from monitor.rules.snapshot import isoformat


class RepositoryNotFound(LookupError):
    """The repository is unknown, cannot be read, or is private and not shared with the user: no message says which."""

    def __init__(self, full_name: str) -> None:
        super().__init__(f'repository "{full_name}" was not found, or neither the token nor you may read it')


def repository_named(queryset: QuerySet[Repository], full_name: str) -> Repository | None:
    """The repository called `full_name`, regardless of case. If there are two, the one that GitHub still shows."""
    if "\x00" in full_name:
        return None  # PostgreSQL raises an error for this character, and no name contains it
    return _shown_by_github(queryset.filter(pk__in=_ids_named(full_name.lower())))


def _shown_by_github(found: Iterable[Repository]) -> Repository | None:
    return min(found, key=lambda row: (row.status == Repository.Status.INACCESSIBLE, -row.pk), default=None)


def _ids_named(lower_name: str) -> QuerySet[Any, Any]:
    return Repository.objects.annotate(key=Lower("full_name")).filter(key=lower_name).values("pk")


@prepared
def _visible_named(reader: Reader, *, user: int, lower_name: str) -> QuerySet[Repository]:
    return visible_to(reader.as_user(user)).filter(pk__in=_ids_named(lower_name))


def repository_for(user: AnyUser, owner: str, name: str) -> Repository:
    """The repository `owner/name`, if `user` may see it. Errors: RepositoryNotFound."""
    full_name = f"{owner}/{name}"
    if "\x00" in full_name:
        raise RepositoryNotFound(full_name)
    found = _shown_by_github(_visible_named(reader_of(user), user=user.pk or 0, lower_name=full_name.lower()))
    if found is None:
        raise RepositoryNotFound(full_name)
    return found


def repository_formerly_named(user: AnyUser, full_name: str) -> Repository | None:
    """The repository that was once called `full_name`, if `user` may see it, and no other one has the name now."""
    if "\x00" in full_name or _ids_named(full_name.lower()).exists():
        return None
    return visible_to(user).filter(former_names__name=full_name.lower()).first()


def repositories_for(user: AnyUser) -> QuerySet[Repository]:
    """The repositories that the user subscribes to and may see, sorted by name."""
    return visible_to(user).filter(subscriptions__user=user.pk).order_by(Lower("full_name"), "pk")


def repository_names(repository_ids: Collection[int]) -> dict[int, str]:
    """Repository id -> `owner/name`, sorted by name."""
    rows = Repository.objects.filter(pk__in=repository_ids).order_by(Lower("full_name"), "pk")
    return dict(rows.values_list("pk", "full_name"))


def filters_for(user: AnyUser, repository_ids: Collection[int]) -> dict[int, list[str]]:
    """Repository id -> the filters of the user's subscription; without one, the repository is left out."""
    rows = Subscription.objects.filter(user=user.pk, repository__in=repository_ids)
    return dict(rows.values_list("repository_id", "filters"))


def repository_json(repository: Repository, filters: list[str] | None, stats: Mapping[str, int]) -> dict[str, Any]:
    """A repository as the API shows it, with the user's filters (None: no subscription) and stats."""
    return {
        "full_name": repository.full_name,
        "url": repository.url,
        "private": repository.private,
        "archived": repository.archived,
        "default_branch": repository.default_branch,
        "filters": filters,
        "status": repository.status,
        "status_message": _status_message(repository),
        "last_polled_at": isoformat(repository.last_polled_at),
        "next_poll_at": None if repository.paused else isoformat(repository.next_poll_at),
        "effective_interval_seconds": repository.effective_interval_seconds,
        "stats": stats,
    }


def _status_message(repository: Repository) -> str:
    """How the last poll went; while the repository is paused, why it is not polled."""
    if not repository.paused:
        return repository.status_message
    words = repository.pause_words()
    return f"{words[0].upper()}{words[1:]}: not looked at until a team lead resumes it."
