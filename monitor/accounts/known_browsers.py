"""Recognises browsers in which an account was signed in before, by a signed cookie: their password tries count apart.

The cookie does not replace the password. It is valid for one account, for half a year or until the password changes.
https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from monitor.accounts.sign_in_throttling import account_key

COOKIE = "known-device"
LIFETIME = timedelta(days=180)
_SIGNER = signing.TimestampSigner(salt="monitor.known_devices")


def remember(request: HttpRequest, response: HttpResponseBase, user: Any) -> None:
    """Makes this browser known to `user`. Call it after a successful sign-in, and after a change of the password."""
    value = _SIGNER.sign_object([user.pk, _state_of(user), secrets.token_urlsafe(9)])
    response.set_cookie(
        COOKIE, value, max_age=LIFETIME, secure=request.is_secure(), httponly=True, samesite="Lax"
    )  # fmt: skip


def known_browser_in(request: HttpRequest, username: str) -> str | None:
    """The id of the browser, if `username` was signed in there before."""
    try:
        pk, state, name = _SIGNER.unsign_object(request.COOKIES.get(COOKIE, ""), max_age=LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or account_key(user.get_username()) != account_key(username) or _state_of(user) != state:
        return None
    return str(name)


def _state_of(user: User) -> str:
    return hashlib.sha256(user.password.encode()).hexdigest()[:16]
