"""Decides which account a user signs in to after GitHub has confirmed who they are.

The numeric id of the GitHub account identifies the user: a login can be renamed, and GitHub never gives an id to
another account. A login alone opens only an account that a lead prepared and nobody has used yet.
"""

import logging
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from monitor.accounts import github_login_confirmation
from monitor.accounts.profile import person_of
from monitor.models import Person
from monitor.rules.logins import same_login

PROVIDER = "github"
log = logging.getLogger(__name__)


class SignInRefused(Exception):
    """The user is not signed in, or not connected with GitHub; the message says why, and what helps."""


@dataclass(frozen=True, slots=True)
class GitHubIdentity:
    """What GitHub confirmed: the id of the GitHub account, and its present login."""

    id: str
    login: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user who signed in. `lost`: the usernames of those who had the login here without owning it on GitHub."""

    user: User
    lost: tuple[str, ...] = ()


def is_connected(user: User) -> bool:
    """Whether this user is connected with a GitHub account."""
    return bool(SocialAccount.objects.filter(user=user.pk, provider=PROVIDER).exists())


def sign_in_or_connect(proof: GitHubIdentity, connecting: User | None = None) -> SignedIn:
    """The user with this GitHub account, created if there is none; or `connecting`, who gets it. Errors: Refused."""
    try:
        return _entered(proof, connecting)
    except IntegrityError:  # somebody was faster: the same person in another window
        return _entered(proof, connecting)


@transaction.atomic
def _entered(proof: GitHubIdentity, connecting: User | None) -> SignedIn:
    linked = User.objects.filter(socialaccount__provider=PROVIDER, socialaccount__uid=proof.id).first()
    if connecting is not None:
        user = _connecting(connecting, linked, proof)
    else:
        user = linked or _prepared(proof) or _made(proof)
    if not user.is_active:
        raise SignInRefused("Your account here is switched off. Your team lead can help.")
    if linked is None:
        SocialAccount.objects.create(user=user, provider=PROVIDER, uid=proof.id, extra_data={"login": proof.login})
        log.info("%s is %s on GitHub (%s).", user.get_username(), proof.login, proof.id)
    return SignedIn(user, github_login_confirmation.confirm_by_github(user, proof.login, now=timezone.now()))


def _connecting(user: User, linked: User | None, proof: GitHubIdentity) -> User:
    if linked is not None and linked.pk != user.pk:
        raise SignInRefused(
            "This GitHub account belongs to another account here. Sign out, and sign in with GitHub to use it."
        )
    if linked is None and is_connected(user):
        raise SignInRefused("Your account is connected with another GitHub account already.")
    person = person_of(user)
    if linked is None and person.github_login_confirmed and not same_login(person.github_login, proof.login):
        words = f"You are confirmed as “{person.github_login}” here, and GitHub says that you are “{proof.login}”."
        raise SignInRefused(f"{words} Your team lead can change that.")
    holder = _vouched_for(proof.login)
    if linked is None and holder is not None and holder.pk != user.pk and not is_connected(holder):
        raise SignInRefused(f"“{proof.login}” is confirmed for another account here. Your team lead can change that.")
    return user


def _vouched_for(login: str) -> User | None:
    """The user for whom this login is confirmed."""
    rows = Person.objects.filter(github_login__iexact=login, github_login_confirmed=True, user__isnull=False)
    row = rows.select_related("user").first()
    return row.user if row else None


def _prepared(proof: GitHubIdentity) -> User | None:
    """The account that a lead made and confirmed for this login. Errors: SignInRefused, when the account is in use."""
    user = _vouched_for(proof.login)
    if user is None or is_connected(user):  # connected with another number: the login is not theirs any more
        return None
    if user.last_login is not None or user.is_staff or user.is_superuser:
        raise SignInRefused(
            f"An account here has the GitHub login “{proof.login}”. Sign in to it with its password once, and connect it "
            "with GitHub on your profile."
        )
    return user


def _made(proof: GitHubIdentity) -> User:
    """Makes an account without a password, named after the login."""
    names = [proof.login, *(f"{proof.login}-{number}" for number in range(2, 100))]
    free = next((name for name in names if not User.objects.filter(username__iexact=name).exists()), None)
    if free is None:
        raise SignInRefused("No name is free for your account. Your team lead can help.")
    return User.objects.create_user(free, password=None)
