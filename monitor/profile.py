"""A user's profile: who they are on GitHub and in Slack, and when they work."""

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from monitor import logins
from monitor.merging import absorb
from monitor.models import Person

log = logging.getLogger(__name__)


class LoginTaken(Exception):
    """Somebody else here has this GitHub login."""

    def __init__(self, login: str) -> None:
        super().__init__(f'the GitHub login "{login}" belongs to somebody else here')


class HasLogin(Exception):
    """This user has a GitHub login already, in another row than the one they are to get."""

    def __init__(self, username: str, login: str) -> None:
        super().__init__(f"{username} has the GitHub login {login} already")


class LoginFixed(Exception):
    """The GitHub login was proven by signing in with GitHub; only an admin changes it."""

    def __init__(self, login: str) -> None:
        super().__init__(f'your GitHub login "{login}" is confirmed and stays as it is')


class HoursReversed(ValueError):
    """A working day that ends before it starts."""

    def __init__(self) -> None:
        super().__init__("the working day ends before it starts")


def person_of(user: User) -> Person:
    """The user's profile; with the defaults, and not saved, where there is none yet."""
    return Person.objects.filter(user=user.pk).first() or Person(user=user)


def change_profile(user: User, changes: Mapping[str, Any]) -> Person:
    """Sets columns of the user's `Person` by name; GitHub is asked about a login first. Call it outside any transaction.

    Errors: LoginTaken, LoginFixed, HoursReversed, `logins.NoSuchPerson`.
    """
    if "github_login" not in changes:
        return write_profile(user, changes)
    login = changes["github_login"] or ""
    _may_have(user, login)
    return write_profile(user, {**changes, **logins.check(login, user.pk).columns})


def write_profile(user: User, changes: Mapping[str, Any]) -> Person:
    """The same for who has asked GitHub before. Errors: LoginTaken, LoginFixed, HoursReversed."""
    try:
        return _changed(user, changes)
    except IntegrityError:
        pass
    try:
        # Somebody was faster: the same user in another window, whose row is there now, or somebody with this login.
        return _changed(user, changes)
    except IntegrityError:
        raise LoginTaken(changes.get("github_login") or "") from None


def _changed(user: User, changes: Mapping[str, Any]) -> Person:
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(user=user.pk).first() or Person(user=user)
        had = {column: getattr(person, column) for column in changes}
        if "github_login" in changes:
            person = _taking_over(person, changes["github_login"] or None)
        for column, value in changes.items():
            if _says_something(value, had[column]):
                setattr(person, column, value)
        if person.working_start >= person.working_end:
            raise HoursReversed
        person.save()
        logins.check_soon(person)
        return person


def _says_something(value: Any, had: Any) -> bool:
    """Whether a value is meant to be written: an empty one only clears what its sender could see."""
    return value not in ("", None) or had not in ("", None)


def _may_have(user: User, login: str) -> None:
    """What can be known without asking GitHub. Errors: LoginTaken, LoginFixed."""
    person = person_of(user)
    if person.github_login_confirmed and login.lower() != (person.github_login or "").lower():
        raise LoginFixed(person.github_login or "")
    if login and Person.objects.filter(github_login__iexact=login, user__isnull=False).exclude(pk=person.pk).exists():
        raise LoginTaken(login)


def _taking_over(person: Person, login: str | None) -> Person:
    """The row that is to carry `login`: somebody known by login only is the same person, and joins them."""
    had = person.github_login
    if person.github_login_confirmed and (login or "").lower() != (had or "").lower():
        raise LoginFixed(had or "")
    other = _others_called(login).exclude(pk=person.pk).first() if login else None
    if other is None:
        return person
    if other.user_id is not None:
        raise LoginTaken(login or "")
    if person.pk is None:
        other.user = person.user
        other.unvouch()  # whoever vouched did not know who would type the login
        return other
    join(person, other)
    return person


def join(person: Person, other: Person) -> str:
    """Makes two rows about one person one: `other` goes, and what it says joins `person`, which is not saved yet.

    Returns what was given up because `person` says something else, in words; mostly nothing. Belongs in the transaction
    that saves `person`.
    """
    given_up = ", ".join(f"{column} {getattr(other, column)!r}" for column in absorb(person, other))
    if given_up:
        log.warning("Two rows about %s are one now; given up: %s", person, given_up)
    other.delete()
    return given_up


def twins_of(person: Person, user: User | None, login: str | None) -> list[Person]:
    """The other rows that are about the same person once `person` has this user and login. Errors: LoginTaken, HasLogin."""
    others = Person.objects.exclude(pk=person.pk)
    by_user = list(others.filter(user=user)) if user else []
    by_login = list(others.filter(github_login__iexact=login)) if login else []
    if user and by_user and by_user[0].github_login:
        raise HasLogin(user.get_username(), by_user[0].github_login)
    if by_login and (user is None or by_login[0].user_id is not None):
        raise LoginTaken(login or "")
    return by_user + by_login


def _others_called(login: str | None) -> QuerySet[Person]:
    return Person.objects.select_for_update().filter(github_login__iexact=login)


def me_json(user: User, person: Person) -> dict[str, Any]:
    """The user as `GET /me` shows them."""
    return {
        "id": user.pk,
        "username": user.get_username(),
        "name": user.get_full_name(),
        "is_staff": user.is_staff,
        "github_login": person.github_login,
        "github_login_confirmed": person.github_login_confirmed,
        "time_zone": person.time_zone or settings.TIME_ZONE,
        "working_days": person.working_days,
        "working_hours": {"start": f"{person.working_start:%H:%M}", "end": f"{person.working_end:%H:%M}"},
        "country": person.country or None,
        "slack_user_id": person.slack_user_id or None,
        "notifications": {
            "slack": person.slack,
            "digest": person.digest,
            "digest_hour": person.digest_hour,
        },
    }
