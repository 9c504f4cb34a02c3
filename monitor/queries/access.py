"""Who may see what and who hears of what: access is decided here, once."""

from collections.abc import Collection, Iterable, Sequence
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
    subscribed = _subscriptions(repository_ids, user_ids).values_list("repository_id", "user_id")
    return {(user, repository) for repository, user in _visible(subscribed)}


def _watching(repositories: Collection[int], user_ids: Collection[int] | None) -> list[tuple[int, Viewer, list[str]]]:
    """(repository, viewer, filters) of every subscription whose owner may see the repository."""
    rows = _subscriptions(repositories, user_ids).values_list("repository_id", "user_id", "filters")
    filters = {(repository, user): names for repository, user, names in rows}
    viewers = viewers_for({user for _, user in filters}) if filters else {}
    staff = {user for user, viewer in viewers.items() if viewer.is_staff}
    return [
        (repository, viewers[user], filters[repository, user])
        for repository, user in _visible(filters, staff)
        if user in viewers
    ]


def _subscriptions(repositories: Collection[int], user_ids: Collection[int] | None) -> QuerySet[Subscription]:
    there = {"repository__in": repositories, "repository__demo": settings.DEMO}
    found = Subscription.objects.filter(**there, user__is_active=True)
    return found if user_ids is None else found.filter(user__in=user_ids)


def _visible(pairs: Iterable[tuple[int, int]], staff: Collection[int] | None = None) -> set[tuple[int, int]]:
    """Those (repository, active user) pairs that `visible_to` holds, for many users at once. `staff`, where it is known."""
    pairs = set(pairs)
    private = Repository.objects.filter(pk__in={repository for repository, _ in pairs}, private=True)
    hidden = set(private.order_by().values_list("pk", flat=True)) if pairs else set()
    if not hidden:
        return pairs
    users = {user for repository, user in pairs if repository in hidden}
    if staff is None:
        staff = set(User.objects.filter(pk__in=users, is_staff=True).values_list("pk", flat=True))
    shared = Repository.shared_with.through.objects.filter(repository__in=hidden, group__user__in=users)
    known = set(shared.values_list("repository_id", "group__user"))
    return {pair for pair in pairs if pair[0] not in hidden or pair[1] in staff or pair in known}
