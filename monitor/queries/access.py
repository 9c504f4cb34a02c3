"""Who may see what and who hears of what: access is decided here, once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from monitor.models import (
    Event,
    Repository,
    Subscription,
    TeamMember,
)
from monitor.roles import passes

AnyUser = Any  # Django's request.user: a User or an AnonymousUser, whose attributes its stubs tell apart too strictly


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads: the user, their GitHub login and teams (all in lower case)."""

    user_id: int
    login: str | None
    teams: frozenset[str]
    is_staff: bool

    @property
    def names(self) -> set[str]:
        """Every name that stands for this person in an `Involvement`."""
        return {self.login, *self.teams} if self.login else set()


def visible_to(user: AnyUser) -> QuerySet[Repository]:
    """The repositories `user` may see: public ones, all for staff, private ones shared with one of their groups.

    Those of a demo are seen in a demo alone, and no others there.
    """
    if not user.is_active or user.pk is None:
        return Repository.objects.none()
    there = Repository.objects.filter(demo=settings.DEMO)
    if user.is_staff:
        return there
    shared = Repository.shared_with.through.objects.filter(
        repository=OuterRef("pk"), group__in=user.groups.values("pk")
    )
    return there.filter(Q(private=False) | Exists(shared))


def viewers_for(user_ids: Collection[int]) -> dict[int, Viewer]:
    """The viewers behind user ids, in two queries; inactive users are left out."""
    people = User.objects.filter(pk__in=list(user_ids), is_active=True).values_list(
        "pk", "is_staff", "person__github_login"
    )
    logins = {pk: (is_staff, (login or "").lower() or None) for pk, is_staff, login in people}
    teams = teams_of({login for _, login in logins.values() if login})
    return {
        pk: Viewer(pk, login, frozenset(teams.get(login or "", ())), is_staff)
        for pk, (is_staff, login) in logins.items()
    }


def viewer_for(user: AnyUser) -> Viewer:
    """The viewer behind one user."""
    return viewers_for([user.pk]).get(user.pk) or Viewer(user.pk or 0, None, frozenset(), False)


def teams_of(logins: Collection[str]) -> dict[str, set[str]]:
    """The teams of logins, all in lower case, as far as their members are known."""
    if not logins:
        return {}
    found: dict[str, set[str]] = {}
    rows = TeamMember.objects.filter(login__in=logins, team__members_known=True)
    for login, team in rows.values_list("login", Lower("team__name")):
        found.setdefault(login, set()).add(team)
    return found


def audience_of(events: Sequence[Event], user_ids: Collection[int] | None = None) -> dict[int, set[int]]:
    """Who hears which event: event id -> user ids, in a fixed number of queries.

    Those who may see the repository, subscribe to it, and whose filters match the pull request now or matched it
    before the change. With `user_ids`, only of those.
    """
    by_repository: dict[int, list[tuple[Viewer, list[str]]]] = {}
    for repository, viewer, filters in _watching({event.repository_id for event in events}, user_ids):
        by_repository.setdefault(repository, []).append((viewer, filters))
    return {
        event.id: {
            viewer.user_id
            for viewer, filters in by_repository.get(event.repository_id, ())
            if passes(filters, event.audience, viewer.login, viewer.teams)
        }
        for event in events
    }


def watchers_of(repository_ids: Collection[int], user_ids: Collection[int] | None = None) -> set[tuple[int, int]]:
    """(user, repository) pairs: who subscribes to which of the repositories and may see it. With `user_ids`, only these."""
    return {(viewer.user_id, repository) for repository, viewer, _ in _watching(repository_ids, user_ids)}


def _watching(repositories: Collection[int], user_ids: Collection[int] | None) -> list[tuple[int, Viewer, list[str]]]:
    """(repository, viewer, filters) of every subscription whose owner may see the repository."""
    subscriptions = Subscription.objects.filter(repository__in=repositories, user__is_active=True)
    if user_ids is not None:
        subscriptions = subscriptions.filter(user__in=user_ids)
    subscribed = list(subscriptions.values_list("repository_id", "user_id", "filters"))
    if not subscribed:
        return []
    viewers = viewers_for({user for _, user, _ in subscribed})
    allowed = _allowed(repositories, viewers)
    return [
        (repository, viewers[user], filters)
        for repository, user, filters in subscribed
        if (repository, user) in allowed
    ]


def _allowed(repositories: Collection[int], viewers: dict[int, Viewer]) -> set[tuple[int, int]]:
    """(repository, user) pairs of `visible_to`, for many users at once."""
    private = dict(Repository.objects.filter(pk__in=repositories, demo=settings.DEMO).values_list("pk", "private"))
    allowed = {
        (repository, viewer.user_id)
        for repository, hidden in private.items()
        for viewer in viewers.values()
        if viewer.is_staff or not hidden
    }
    hidden = [repository for repository, is_private in private.items() if is_private]
    if hidden:
        shared = Repository.shared_with.through.objects.filter(repository__in=hidden, group__user__in=viewers)
        allowed |= set(shared.values_list("repository_id", "group__user"))
    return allowed
