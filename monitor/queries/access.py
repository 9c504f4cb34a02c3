"""Decides who may see which repository, and who gets which event. No other module decides that."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from monitor.database.prepared import padded, prepared
from monitor.models import (
    Event,
    Repository,
    Subscription,
    TeamMember,
)
from monitor.rules.filters import Filter, passes

AnyUser = Any  # `request.user`, a User or an AnonymousUser: the types of Django's stubs have too little in common


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user who reads, with their GitHub login (None if it is not known) and their teams, all in lower case."""

    user_id: int
    login: str | None
    teams: frozenset[str]
    is_staff: bool

    @property
    def names(self) -> set[str]:
        """The names that stand for this user in `Involvement` rows and audiences: their login and their teams."""
        return {self.login, *self.teams} if self.login else set()


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides about the text of a query for what a user may see; their id and groups are values in it."""

    active: bool
    staff: bool
    demo: bool

    def as_user(self, user_id: int) -> User:
        """A user that `visible_to` treats in the same way."""
        return User(pk=user_id, is_active=self.active, is_staff=self.staff)


def reader_of(user: AnyUser) -> Reader:
    """The reader that a user is."""
    return Reader(user.is_active and user.pk is not None, user.is_staff, settings.DEMO)


def visible_to(user: AnyUser) -> QuerySet[Repository]:
    """The repositories that `user` may see: public ones, and private ones that are shared with one of their groups.

    Staff see all. With the setting `PRMONITOR_DEMO` only repositories of the demo are seen, without it only others.
    """
    if not user.is_active or user.pk is None:
        return Repository.objects.none()
    repositories = Repository.objects.filter(demo=settings.DEMO)
    if user.is_staff:
        return repositories
    shared = Repository.shared_with.through.objects.filter(
        repository=OuterRef("pk"), group__in=user.groups.values("pk")
    )
    return repositories.filter(Q(private=False) | Exists(shared))


def viewers_for(user_ids: Collection[int]) -> dict[int, Viewer]:
    """User id -> viewer, in two queries; inactive users are left out."""
    people = _people(ids=padded(list(user_ids))) if user_ids else ()
    logins = {pk: (is_staff, (login or "").lower() or None) for pk, is_staff, login in people}
    teams = teams_of({login for _, login in logins.values() if login})
    return {
        pk: Viewer(pk, login, frozenset(teams.get(login or "", ())), is_staff)
        for pk, (is_staff, login) in logins.items()
    }


def viewer_for(user: AnyUser) -> Viewer:
    """The viewer for one user; for an anonymous or inactive one, a viewer without login and teams."""
    return viewers_for([user.pk] if user.pk else []).get(user.pk) or Viewer(user.pk or 0, None, frozenset(), False)


def teams_of(logins: Collection[str]) -> dict[str, set[str]]:
    """Login -> teams, all in lower case. `logins` are in lower case; teams whose members are not known are left out."""
    if not logins:
        return {}
    found: dict[str, set[str]] = {}
    for login, team in _teams(logins=padded(list(logins))):
        found.setdefault(login, set()).add(team)
    return found


@prepared
def _people(*, ids: Any) -> QuerySet[Any, Any]:
    return User.objects.filter(pk__in=ids, is_active=True).values_list("pk", "is_staff", "person__github_login")


@prepared
def _teams(*, logins: Any) -> QuerySet[Any, Any]:
    return TeamMember.objects.filter(login__in=logins, team__members_known=True).values_list(
        "login", Lower("team__name")
    )


def audience_of(events: Sequence[Event], user_ids: Collection[int] | None = None) -> dict[int, set[int]]:
    """Who gets which event: event id -> user ids, in a fixed number of queries. With `user_ids`, only of these users.

    A user gets an event if they may see the repository and subscribe to it, and their filters let the pull request
    through as it was before the change or as it was after it.
    """
    everything: dict[int, set[int]] = {}
    filtered: dict[int, list[tuple[Viewer, list[str]]]] = {}
    subscriptions = _visible_subscriptions({event.repository_id for event in events}, user_ids)
    named = viewers_for({user for (_, user), filters in subscriptions.items() if Filter.ALL not in filters})
    for (repository, user), filters in subscriptions.items():
        if Filter.ALL in filters:
            everything.setdefault(repository, set()).add(user)
        elif user in named:
            filtered.setdefault(repository, []).append((named[user], filters))
    return {
        event.id: everything.get(event.repository_id, set())
        | {
            viewer.user_id
            for viewer, filters in filtered.get(event.repository_id, ())
            if passes(filters, event.audience, viewer.login, viewer.teams)
        }
        for event in events
    }


def watchers_of(repository_ids: Collection[int], user_ids: Collection[int] | None = None) -> set[tuple[int, int]]:
    """(user, repository) ids: who subscribes to which repository and may see it. With `user_ids`, only these users."""
    subscribed = _subscriptions(repository_ids, user_ids).values_list("repository_id", "user_id")
    return {(user, repository) for repository, user in _visible_pairs(subscribed)}


def watched_by(user_ids: Collection[int]) -> set[tuple[int, int]]:
    """(user, repository) ids: the repositories that each of these users subscribes to and may see."""
    subscribed = _subscriptions(None, user_ids).values_list("repository_id", "user_id")
    return {(user, repository) for repository, user in _visible_pairs(subscribed)}


def _visible_subscriptions(
    repositories: Collection[int], user_ids: Collection[int] | None
) -> dict[tuple[int, int], list[str]]:
    """(repository, user) ids -> the filters of every subscription whose user may see the repository."""
    rows = _subscriptions(repositories, user_ids).values_list("repository_id", "user_id", "filters")
    filters = {(repository, user): names for repository, user, names in rows}
    return {pair: filters[pair] for pair in _visible_pairs(filters)}


def _subscriptions(repositories: Collection[int] | None, user_ids: Collection[int] | None) -> QuerySet[Subscription]:
    """Those of active users, as far as one looks; None: of all repositories, or of all users."""
    found = Subscription.objects.filter(repository__demo=settings.DEMO, user__is_active=True)
    if repositories is not None:
        found = found.filter(repository__in=repositories)
    return found if user_ids is None else found.filter(user__in=user_ids)


def _visible_pairs(pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of the (repository, user) ids where the user may see the repository, as `visible_to` decides for one user.

    The users are active.
    """
    pairs = set(pairs)
    private = Repository.objects.filter(pk__in={repository for repository, _ in pairs}, private=True)
    hidden = set(private.order_by().values_list("pk", flat=True)) if pairs else set()
    if not hidden:
        return pairs
    users = {user for repository, user in pairs if repository in hidden}
    staff = set(User.objects.filter(pk__in=users, is_staff=True).values_list("pk", flat=True))
    shared = Repository.shared_with.through.objects.filter(repository__in=hidden, group__user__in=users)
    known = set(shared.values_list("repository_id", "group__user"))
    return {pair for pair in pairs if pair[0] not in hidden or pair[1] in staff or pair in known}
