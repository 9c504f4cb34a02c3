"""A user's profile: who they are on GitHub and in Slack, and when they work."""

import logging
from collections.abc import Collection, Mapping
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


class SlackTaken(Exception):
    """Somebody else here has this Slack member id."""

    def __init__(self, member: str) -> None:
        super().__init__(f'the Slack id "{member}" belongs to somebody else here')


class HoursReversed(ValueError):
    """A working day that ends before it starts."""

    def __init__(self) -> None:
        super().__init__("the working day ends before it starts")


def person_of(user: User) -> Person:
    """The user's profile; with the defaults, and not saved, where there is none yet."""
    return Person.objects.filter(user=user.pk).first() or Person(user=user)


def change_profile(user: User, changes: Mapping[str, Any]) -> Person:
    """Sets columns of the user's `Person` by name; GitHub is asked about a login first. Call it outside any transaction.

    What a team lead prepared for the login stays apart until somebody vouches that it is theirs: anybody can type one.
    Errors: LoginTaken, LoginFixed, SlackTaken, HoursReversed, `logins.NoSuchPerson`.
    """
    if "github_login" not in changes:
        return write_profile(user, changes)
    login = changes["github_login"] or ""
    _may_have(user, login)
    return write_profile(user, {**changes, **logins.check(login, user.pk).columns})


def write_profile(user: User, changes: Mapping[str, Any], *, by_lead: bool = False) -> Person:
    """The same for who has asked GitHub before; of a lead's hand it gives the user what was prepared for the login.

    Errors: LoginTaken, LoginFixed, SlackTaken, HoursReversed.
    """
    try:
        return _changed(user, changes, by_lead)
    except IntegrityError:
        pass
    try:
        # Somebody was faster: the same user in another window, whose row is there now, or who has what is unique.
        return _changed(user, changes, by_lead)
    except IntegrityError:
        raise LoginTaken(changes.get("github_login") or "") from None


def _changed(user: User, changes: Mapping[str, Any], by_lead: bool) -> Person:
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(user=user.pk).first() or Person(user=user)
        had = {column: getattr(person, column) for column in changes}
        if "github_login" in changes:
            person = _called(person, changes["github_login"] or None, by_lead)
        for column, value in changes.items():
            if _says_something(value, had[column]):
                setattr(person, column, value)
        if person.working_start >= person.working_end:
            raise HoursReversed
        if person.slack_user_id != had.get("slack_user_id", person.slack_user_id):
            refuse_taken_slack(person)
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


def refuse_taken_slack(person: Person, *, but: Collection[Person] = ()) -> None:
    """Errors: SlackTaken, where a row other than `person` and `but` has their Slack id."""
    ours = [row.pk for row in (person, *but)]
    if person.slack_user_id and Person.objects.filter(slack_user_id=person.slack_user_id).exclude(pk__in=ours).exists():
        raise SlackTaken(person.slack_user_id)


def _called(person: Person, login: str | None, by_lead: bool) -> Person:
    """The row that is to carry `login`. Errors: LoginTaken, LoginFixed."""
    had = person.github_login
    if person.github_login_confirmed and (login or "").lower() != (had or "").lower():
        raise LoginFixed(had or "")
    if not login:
        return person
    if users_called(login).exclude(pk=person.pk).exists():
        raise LoginTaken(login)
    return _taking_over(person, login) if by_lead else person


def users_called(login: str) -> QuerySet[Person]:
    """The users' rows with this login, at most one; locked."""
    return _rows_called(login).filter(user__isnull=False)


def prepared_for(login: str | None) -> Person | None:
    """What a team lead wrote down about somebody with this login who had no account; locked."""
    return _rows_called(login).filter(user=None).first() if login else None


def _taking_over(person: Person, login: str) -> Person:
    """The row that is to carry `login`: what was prepared for it is about the same person, and joins them."""
    other = prepared_for(login)
    if other is None:
        return person
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
    """The other rows that are about the same person once `person` has this user and login; not its `loser`.

    Errors: LoginTaken, HasLogin.
    """
    others = Person.objects.exclude(pk__in=[row.pk for row in (person, person.loser) if row])
    by_user = list(others.filter(user=user)) if user else []
    by_login = list(
        others.filter(github_login__iexact=login).exclude(pk__in=[row.pk for row in by_user]) if login else ()
    )
    had = by_user[0].github_login if by_user else None
    if user and had and had.lower() != (login or "").lower():
        raise HasLogin(user.get_username(), had)
    if any(_stands_in_the_way(row, user) for row in by_login):
        raise LoginTaken(login or "")
    return by_user + by_login


def _stands_in_the_way(other: Person, user: User | None) -> bool:
    """Whether a row with the login of another user's, or of a prepared one, makes it impossible to have it as well."""
    if user is None:
        return other.user_id is None or other.github_login_confirmed
    return other.user_id is not None


def _rows_called(login: str) -> QuerySet[Person]:
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
