"""The sign-in link of the first admin: works once, within fifteen minutes, and needs no row in the database.

The link is bound to the admin's last sign-in and password: using the link, or setting a password, makes it invalid.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.utils import timezone

LIFETIME = timedelta(minutes=15)
_SIGNER = signing.TimestampSigner(salt="monitor.signin", sep=".")


def first_admin() -> User:
    """The oldest active superuser; makes one, without a usable password, when there is none."""
    found = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    return found or User.objects.create_superuser(_free_username(), email="", password=None)


def _free_username() -> str:
    names = ["admin", *(f"admin{number}" for number in range(2, 100))]
    taken = set(User.objects.filter(username__in=names).values_list("username", flat=True))
    return next(name for name in names if name not in taken)


def token_for(user: User) -> str:
    """The text that follows `/sign-in/`."""
    return _SIGNER.sign_object([user.pk, _state_of(user)])


def use(token: str) -> User | None:
    """Uses `token` up and returns its user; None when the token is false, used or too old."""
    user = _user_of(token)
    if user is None:
        return None
    # Of two clicks at once, only the first one changes the row and signs in.
    won = User.objects.filter(pk=user.pk, last_login=user.last_login, password=user.password)
    now = timezone.now()
    if not won.update(last_login=now):
        return None
    user.last_login = now
    return user


def _user_of(token: str) -> User | None:
    try:
        said: Any = _SIGNER.unsign_object(token, max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    pk, state = said
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and _state_of(user) == state else None


def _state_of(user: User) -> str:
    text = f"{user.password}|{user.last_login.isoformat() if user.last_login else ''}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
