"""As whom somebody comes in after GitHub has said who they are.

An account is recognised by GitHub's numeric id, which stays when a login is renamed and is never given to anybody else.
A login alone opens only an account that a lead prepared, and that nobody has used yet.
"""

import logging
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from monitor import confirming
from monitor.attention.turn import same
from monitor.models import Person
from monitor.profile import person_of

PROVIDER = "github"
log = logging.getLogger(__name__)


class Refused(Exception):
    """They do not come in, or are not connected; the message says why, and what helps."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What GitHub said: the number of an account, and its login today."""

    id: str
    login: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Who came in; `lost`: the usernames of those who had the login without being its owner."""

    user: User
    lost: tuple[str, ...] = ()


def is_connected(user: User) -> bool:
    """Whether GitHub has said who this user is."""
    return bool(SocialAccount.objects.filter(user=user.pk, provider=PROVIDER).exists())


def enter(proof: Proof, connecting: User | None = None) -> Entered:
    """The user with this GitHub account, who is made where there is none; or `connecting`, who gets it. Errors: Refused."""
    try:
        return _entered(proof, connecting)
    except IntegrityError:  # somebody was faster: the same person in another window
        return _entered(proof, connecting)


@transaction.atomic
def _entered(proof: Proof, connecting: User | None) -> Entered:
    linked = User.objects.filter(socialaccount__provider=PROVIDER, socialaccount__uid=proof.id).first()
    if connecting is not None:
        user = _connecting(connecting, linked, proof)
    else:
        user = linked or _prepared(proof) or _made(proof)
    if not user.is_active:
        raise Refused("Your account here is switched off. Your team lead can help.")
    if linked is None:
        SocialAccount.objects.create(user=user, provider=PROVIDER, uid=proof.id, extra_data={"login": proof.login})
        log.info("%s is %s on GitHub (%s).", user.get_username(), proof.login, proof.id)
    return Entered(user, confirming.prove(user, proof.login, now=timezone.now()))


def _connecting(user: User, linked: User | None, proof: Proof) -> User:
    if linked is not None and linked.pk != user.pk:
        raise Refused(
            "This GitHub account belongs to another account here. Sign out, and sign in with GitHub to use it."
        )
    if linked is None and is_connected(user):
        raise Refused("Your account is connected with another GitHub account already.")
    person = person_of(user)
    if linked is None and person.github_login_confirmed and not same(person.github_login, proof.login):
        words = f"You are confirmed as “{person.github_login}” here, and GitHub says that you are “{proof.login}”."
        raise Refused(f"{words} Your team lead can change that.")
    holder = _vouched_for(proof.login)
    if linked is None and holder is not None and holder.pk != user.pk and not is_connected(holder):
        raise Refused(f"“{proof.login}” is confirmed for another account here. Your team lead can change that.")
    return user


def _vouched_for(login: str) -> User | None:
    """Whose login this is as far as somebody vouched for it."""
    rows = Person.objects.filter(github_login__iexact=login, github_login_confirmed=True, user__isnull=False)
    row = rows.select_related("user").first()
    return row.user if row else None


def _prepared(proof: Proof) -> User | None:
    """The account that a lead made and confirmed for this login. Errors: Refused, where it is in use."""
    user = _vouched_for(proof.login)
    if user is None or is_connected(user):  # connected with another number: the login is not theirs any more
        return None
    if user.last_login is not None or user.is_staff or user.is_superuser:
        raise Refused(
            f"An account here has the GitHub login “{proof.login}”. Sign in to it with its password once, and connect it "
            "with GitHub on your profile."
        )
    return user


def _made(proof: Proof) -> User:
    """A new account, without a password, named after the login."""
    names = [proof.login, *(f"{proof.login}-{number}" for number in range(2, 100))]
    free = next((name for name in names if not User.objects.filter(username__iexact=name).exists()), None)
    if free is None:
        raise Refused("No name is free for your account. Your team lead can help.")
    return User.objects.create_user(free, password=None)
