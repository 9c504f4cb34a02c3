"""A user's profile: who they are on GitHub and in Slack, and when they work."""

import logging
from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from monitor.accounts import github_login_lookup
from monitor.accounts.person_merge import absorb
from monitor.models import Person
from monitor.queries.people import profile_of
from monitor.rules.snapshot import isoformat

log = logging.getLogger(__name__)


class LoginTaken(Exception):
    """Somebody else here has this GitHub login."""

    def __init__(self, login: str) -> None:
        super().__init__(f'the GitHub login "{login}" belongs to somebody else here')


class HasLogin(Exception):
    """The user has a GitHub login already, in another row."""

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


class AbsenceReversed(ValueError):
    """An absence that ends before it begins."""

    def __init__(self) -> None:
        super().__init__("the absence ends before it begins")


class HoursReversed(ValueError):
    """A working day that ends before it starts."""

    def __init__(self) -> None:
        super().__init__("the working day ends before it starts")


def person_of(user: User) -> Person:
    """The user's profile; an unsaved one with the defaults when there is none yet."""
    person = profile_of(user.pk)
    person.user = user
    return person


def change_profile(user: User, changes: Mapping[str, Any]) -> Person:
    """Sets columns of the user's `Person`; asks GitHub about a new login first. Call it outside any transaction.

    What a team lead prepared for the login stays apart until somebody confirms the login: anybody can type one.
    Errors: LoginTaken, LoginFixed, SlackTaken, HoursReversed, AbsenceReversed, `github_login_lookup.NoSuchPerson`.
    """
    if "github_login" not in changes:
        return write_profile(user, changes)
    login = changes["github_login"] or ""
    _may_have(user, login)
    return write_profile(user, {**changes, **github_login_lookup.check(login, user.pk).columns})


def write_profile(user: User, changes: Mapping[str, Any], *, by_lead: bool = False) -> Person:
    """Like `change_profile`, for a checked login. With `by_lead`, the user gets what was prepared for the login.

    Errors: LoginTaken, LoginFixed, SlackTaken, HoursReversed, AbsenceReversed.
    """
    try:
        return _changed(user, changes, by_lead)
    except IntegrityError:
        pass
    try:
        # Another request was faster: it made the user's row, or took the unique value.
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
        if person.away_from and person.away_until and person.away_from >= person.away_until:
            raise AbsenceReversed
        if person.slack_user_id != had.get("slack_user_id", person.slack_user_id):
            refuse_taken_slack(person)
        person.save()
        github_login_lookup.check_soon(person)
        return person


def _says_something(value: Any, had: Any) -> bool:
    """Whether a value is to be written: an empty value is written only where there was another one."""
    return value not in ("", None) or had not in ("", None)


def _may_have(user: User, login: str) -> None:
    """Checks what can be checked without asking GitHub. Errors: LoginTaken, LoginFixed."""
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
    """The rows of users with this login, at most one; locks them."""
    return _rows_called(login).filter(user__isnull=False)


def prepared_for(login: str | None) -> Person | None:
    """The row that a team lead made for somebody with this login who had no account; locks the row."""
    return _rows_called(login).filter(user=None).first() if login else None


def _taking_over(person: Person, login: str) -> Person:
    """The row that gets `login`: merges the row prepared for the login, which is about the same person."""
    other = prepared_for(login)
    if other is None:
        return person
    if person.pk is None:
        other.user = person.user
        other.unconfirm_login()  # who confirmed the login did not know which user would enter it
        return other
    join(person, other)
    return person


def join(person: Person, other: Person) -> str:
    """Merges `other` into `person` and deletes `other`. Call it in the transaction that then saves `person`.

    Returns in words the values of `other` that are lost because `person` has different ones; mostly none.
    """
    given_up = ", ".join(f"{column} {getattr(other, column)!r}" for column in absorb(person, other))
    if given_up:
        log.warning("Two rows about %s are one now; given up: %s", person, given_up)
    other.delete()
    return given_up


def duplicates_of(person: Person, user: User | None, login: str | None) -> list[Person]:
    """The other rows that are about the same person once `person` has this user and login; not its `former_holder`.

    Errors: LoginTaken, HasLogin.
    """
    others = Person.objects.exclude(pk__in=[row.pk for row in (person, person.former_holder) if row])
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
        "away": _away_json(person),
        "limit_hours": person.limit_hours or settings.LIMIT_HOURS,
        "notifications": {
            "slack": person.slack,
            "digest": person.digest,
            "digest_hour": person.digest_hour,
        },
    }


def _away_json(person: Person) -> dict[str, Any] | None:
    """The absence, present or to come; None once it is over."""
    if person.away_from is None or person.away_until is None or person.away_until <= timezone.now():
        return None
    return {"from": isoformat(person.away_from), "until": isoformat(person.away_until), "note": person.away_note}
