"""Confirms that a GitHub login belongs to the user who entered it, and updates the claims made under the login."""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from monitor.accounts import profile
from monitor.actions import claims
from monitor.models import Person
from monitor.rules.logins import same_login

GITHUB = "GitHub"
log = logging.getLogger(__name__)


def confirm(people: Iterable[Person], *, by: str, now: datetime) -> int:
    """Confirms the logins of `people` that are not confirmed yet, and returns how many. `by`: who confirms them.

    A user gets what was prepared for their login. Of two rows with one login, the row of the user is confirmed first.
    """
    ids = [person.pk for person in people]
    with transaction.atomic():
        new = Person.objects.select_for_update().filter(pk__in=ids, github_login_confirmed=False)
        logins = [
            _confirmed(person, by, now)
            for person in new.filter(github_login__isnull=False).order_by(F("user").asc(nulls_last=True))
            if person.user_id or Person.objects.filter(pk=person.pk).exists()
        ]
        _follow(set(logins))
    return len(logins)


def _confirmed(person: Person, by: str, now: datetime) -> str:
    """Confirms and saves one row, which is locked and not confirmed yet; returns its login."""
    login = person.github_login or ""
    if person.user_id and (prepared := profile.prepared_for(login)):
        profile.join(person, prepared)
    person.confirm_login(by, now)
    person.save()
    return login


def confirm_by_github(user: User, login: str, *, now: datetime) -> tuple[str, ...]:
    """Confirms `login` for the user, on GitHub's word, and gives them what was prepared for the login.

    Any other user here with this login does not own it (any more): they lose the login, and their claims under it.
    Returns their usernames.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(user=user).first() or Person(user=user)
        had, stays = person.github_login, person.github_login_confirmed and same_login(person.github_login, login)
        lost = tuple(take_login_away(other) for other in profile.users_called(login).exclude(user=user))
        if prepared := profile.prepared_for(login):
            profile.join(person, prepared)
        person.github_login, person.github_login_checked_at, person.github_login_message = login, now, ""
        if not stays:
            person.confirm_login(GITHUB, now)
            _follow({name for name in (had, login) if name})
        person.save()
    return lost


def take_login_away(person: Person) -> str:
    """Takes a login, and the claims under it, from a user who does not own it; returns their username."""
    login, username = person.github_login or "", str(person.user)
    log.warning("%s is not %s on GitHub: somebody else is confirmed to be.", username, login)
    person.github_login, person.github_login_checked_at, person.github_login_message = None, None, ""
    person.unconfirm_login()
    person.save()
    transaction.on_commit(partial(claims.end_claims_of, login))
    return username


def apply_confirmation(person: Person, before: Person | None, *, by: str, now: datetime) -> bool:
    """Updates the confirmation of a row that `by` has edited and is about to save; True when a confirmation was lost.

    1. A confirmation belongs to one login: it ends when the login changes.
    2. A new confirmation keeps who confirmed, and when.
    3. After the commit, the claims under the old and the new login are worked out anew.
    """
    login_was, was = (before.github_login, before.github_login_confirmed) if before else (None, False)
    stays = was and same_login(login_was, person.github_login)
    lost = was and not stays
    if lost or not person.github_login or not person.github_login_confirmed:
        person.unconfirm_login()
    elif not stays:
        person.confirm_login(by, now)
    if stays != person.github_login_confirmed or was != stays:
        _follow({login for login in (login_was, person.github_login) if login})
    return lost


def _follow(logins: set[str]) -> None:
    # After the commit: code that locks repositories must hold no other locks, and several people may be saved at once.
    if logins:
        transaction.on_commit(partial(claims.rederive_claims_of, logins))
