"""Whether somebody vouches that a GitHub login belongs to the person who has it, and what follows for their claims."""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from monitor import claiming, profile
from monitor.attention.turn import same
from monitor.models import Person

GITHUB = "GitHub"
log = logging.getLogger(__name__)


def confirm(people: Iterable[Person], *, by: str, now: datetime) -> int:
    """Confirms the logins that are not confirmed yet, where there is one; how many. `by`: who vouches for them.

    A user gets what was prepared for their login. Of the two rows about one login the user's comes first.
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
    """Vouches for one row, locked and not vouched for yet, and saves it; its login."""
    login = person.github_login or ""
    if person.user_id and (prepared := profile.prepared_for(login)):
        profile.join(person, prepared)
    person.vouch(by, now)
    person.save()
    return login


def prove(user: User, login: str, *, now: datetime) -> tuple[str, ...]:
    """GitHub itself said that `login` is the user's: it is confirmed, and theirs is what was prepared for it.

    Whoever else here has the login cannot be who they said, or is called otherwise by now: they lose it, and what they
    claimed under it. Returns their usernames.
    """
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(user=user).first() or Person(user=user)
        had, stays = person.github_login, person.github_login_confirmed and same(person.github_login, login)
        lost = tuple(lose(other) for other in profile.users_called(login).exclude(user=user))
        if prepared := profile.prepared_for(login):
            profile.join(person, prepared)
        person.github_login, person.github_login_checked_at, person.github_login_message = login, now, ""
        if not stays:
            person.vouch(GITHUB, now)
            _follow({name for name in (had, login) if name})
        person.save()
    return lost


def lose(person: Person) -> str:
    """Takes the login, and what was claimed under it, from a user whose it is not; their username."""
    login, username = person.github_login or "", str(person.user)
    log.warning("%s is not %s on GitHub: somebody else is confirmed to be.", username, login)
    person.github_login, person.github_login_checked_at, person.github_login_message = None, None, ""
    person.unvouch()
    person.save()
    transaction.on_commit(partial(claiming.forget, login))
    return username


def settle(person: Person, before: Person | None, *, by: str, now: datetime) -> bool:
    """Brings the marks of a row that `by` has edited, and that is about to be saved, in order; whether one was lost.

    1. A confirmation belongs to one login: it goes when the login becomes another one.
    2. What is newly confirmed keeps who vouched, and when.
    3. Once it is committed, the claims under the old and the new login count as they should.
    """
    login_was, was = (before.github_login, before.github_login_confirmed) if before else (None, False)
    stays = was and same(login_was, person.github_login)
    lost = was and not stays
    if lost or not person.github_login or not person.github_login_confirmed:
        person.unvouch()
    elif not stays:
        person.vouch(by, now)
    if stays != person.github_login_confirmed or was != stays:
        _follow({login for login in (login_was, person.github_login) if login})
    return lost


def _follow(logins: set[str]) -> None:
    # After the commit: who locks repositories holds no other locks, and several people may be saved at once.
    if logins:
        transaction.on_commit(partial(claiming.reconsider, logins))
