"""Signing in by username and password, with a pause after too many tries."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.cache import cache
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from monitor.api.rate import address_of
from monitor.views.page import theme_of
from monitor.views.sending import tells_scripts

log = logging.getLogger(__name__)
TRIES = 5
PAUSE_SECONDS = 900
PAUSED = "Too many tries. Signing in with this name works again in 15 minutes."


class Tries:
    """Failed tries of one name from one address; forgotten a quarter of an hour after the first of them.

    Counted in the cache: per process where there is no Redis, so a pause may come later there, never too early.
    """

    def __init__(self, username: str, address: str) -> None:
        # A digest: names may hold anything, keys of a cache may not.
        who = f"{username.strip().lower()}\n{address}"
        self._key = "sign-in:" + salted_hmac("prmonitor.sign-in", who, algorithm="sha256").hexdigest()

    def left(self) -> int:
        """How many are left."""
        return self._asked(lambda: TRIES - int(cache.get(self._key, 0)))

    def count(self) -> int:
        """Counts one more; how many are left then."""
        return self._asked(self._counted)

    def forget(self) -> None:
        """After a success."""
        self._asked(lambda: int(cache.delete(self._key)))

    def _counted(self) -> int:
        cache.add(self._key, 0, PAUSE_SECONDS)
        try:
            return TRIES - cache.incr(self._key)
        except ValueError:  # it ended between the two lines
            return TRIES

    def _asked(self, ask: Callable[[], int]) -> int:
        try:
            return max(0, ask())
        except Exception as error:  # each cache backend has its own family of errors
            # Losing the count for a while is better than letting nobody in.
            log.warning("tries to sign in are not counted, the cache does not answer: %s", error)
            return TRIES


class SignInForm(AuthenticationForm):
    """Django's own form, in our words, with the tries counted."""

    paused = False

    def clean(self) -> dict[str, Any]:
        address = address_of(self.request) if self.request else ""
        tries = Tries(self.cleaned_data.get("username", ""), address)
        if not tries.left():
            self.paused = True
            raise ValidationError(PAUSED, code="paused")
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError as error:
            raise self._refusal(tries.count()) from error
        if self.get_user() is not None:  # without a password nobody has tried, and nothing is forgiven
            tries.forget()
        return cleaned

    def _refusal(self, left: int) -> ValidationError:
        if not left:
            self.paused = True
            return ValidationError(PAUSED, code="paused")
        noun = "try" if left == 1 else "tries"
        words = f"Username and password do not match. {left} {noun} left, then a 15 minute pause."
        return ValidationError(words, code="invalid_login")


class SignIn(LoginView):
    """The sign-in page: fields `username` and `password`."""

    authentication_form = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "theme": theme_of(self.request)}

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if getattr(form, "paused", False):
            response.status_code = 429
            response["Retry-After"] = str(PAUSE_SECONDS)
        return response


class SignOut(LogoutView):
    """Signs out by POST alone; whoever only opens the address gets the button for it."""

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = render(request, "registration/logout.html", {"theme": theme_of(request)}, status=405)
        response["Allow"] = "POST, OPTIONS"
        return response


sign_in = SignIn.as_view()
sign_out = tells_scripts(SignOut.as_view())
