"""A user's profile: who they are on GitHub and in Slack, and when they work."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from monitor.models import Person


class LoginTaken(Exception):
    """Somebody else here has this GitHub login."""

    def __init__(self, login: str) -> None:
        super().__init__(f'the GitHub login "{login}" belongs to somebody else here')


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
    """Sets columns of the user's `Person` by name. Errors: LoginTaken, LoginFixed, HoursReversed."""
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
        if "github_login" in changes:
            person = _with_login(person, changes["github_login"] or None)
        for column, value in changes.items():
            setattr(person, column, value)
        if person.working_start >= person.working_end:
            raise HoursReversed
        person.save()
        return person


def _with_login(person: Person, login: str | None) -> Person:
    """The row that is to carry `login`: somebody known by login only is the same person, and brings a Slack id."""
    had = person.github_login
    if person.github_login_confirmed and (login or "").lower() != (had or "").lower():
        raise LoginFixed(had or "")
    other = Person.objects.filter(github_login__iexact=login).exclude(pk=person.pk).first() if login else None
    if other is None:
        return person
    if other.user_id is not None:
        raise LoginTaken(login or "")
    if person.pk is None:
        other.user = person.user
        return other
    person.slack_user_id = person.slack_user_id or other.slack_user_id
    other.delete()
    return person


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
