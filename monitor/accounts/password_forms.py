"""Forms that check a password: each try is counted first, and all forms share the counts."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AuthenticationForm, PasswordChangeForm
from django.contrib.auth.forms import SetPasswordForm as StockSetPasswordForm
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse

from monitor.accounts import sign_in_throttling
from monitor.accounts.client_address import address_of
from monitor.accounts.known_browsers import known_browser_in
from monitor.models import ApiToken


class TryCountingForm(forms.BaseForm):
    """A form that checks a password. `refused`: why it did not check the password."""

    refused: sign_in_throttling.TooManyTries | None = None

    def admit(self, request: HttpRequest | None, username: str) -> sign_in_throttling.CountedTry:
        """Counts one try. Errors: TooManyTries, which `refused` keeps."""
        asking = request or HttpRequest()
        try:
            return sign_in_throttling.count_try(username, address_of(asking), known_browser_in(asking, username))
        except sign_in_throttling.TooManyTries as error:
            self.refused = error
            raise

    def failed(self, tried: sign_in_throttling.CountedTry, words: str) -> str:
        """`words`, and how many tries are left; the pause begins after the last one."""
        if not tried.left:
            self.refused = sign_in_throttling.TooManyTries("account", int(sign_in_throttling.WINDOW.total_seconds()))
            return str(self.refused)
        noun = "try" if tried.left == 1 else "tries"
        return f"{words} {tried.left} {noun} left, then a 15 minute pause."


class SignInForm(TryCountingForm, AuthenticationForm):
    """Django's own form with our words; counts the tries."""

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password"):
            return dict(super().clean())  # nobody has tried
        try:
            tried = self.admit(self.request, username)
        except sign_in_throttling.TooManyTries as error:
            raise ValidationError(str(error), code="paused") from error
        try:
            cleaned = dict(super().clean())
        except ValidationError as error:
            said = self.failed(tried, "Username and password do not match.")
            raise ValidationError(said, code="invalid_login") from error
        tried.succeeded()
        return cleaned


class TokenRevokingForm(forms.Form):
    """A form that saves a password, and on request also revokes the account's API tokens.

    Django ends other sessions after a change of the password, but somebody who knew the old one may have made tokens.
    `revoked`: how many tokens were revoked.
    """

    revoke_tokens = forms.BooleanField(
        required=False,
        label="Also revoke my API tokens",
        help_text="Programs that use them have to be given new ones. Other browsers are signed out in any case.",
    )
    revoked = 0

    def save(self, commit: bool = True) -> Any:
        """Saves the password and revokes the tokens in one transaction; returns the account."""
        saving: Any = super()
        with transaction.atomic():
            user = saving.save(commit)
            if commit and self.cleaned_data["revoke_tokens"]:
                self.revoked = ApiToken.revoke_all_of(user)
        return user

    @property
    def told(self) -> str:
        """How many tokens were revoked, in words; empty for none."""
        tokens = "1 API token is" if self.revoked == 1 else f"{self.revoked} API tokens are"
        return f"{tokens} revoked." if self.revoked else ""


class SetPasswordForm(TokenRevokingForm, StockSetPasswordForm):  # type: ignore[type-arg]
    """Django's own form, for who has no password yet."""


class SetTheirPasswordForm(TokenRevokingForm, AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Django's own form, for somebody else's password in the admin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revoke_tokens"].label = "Also revoke this person’s API tokens"

    @property
    def changed_data(self) -> list[str]:
        """As the account's history names it."""
        return [*super().changed_data, *(["API tokens"] if self.revoked else [])]


class ChangePasswordForm(TryCountingForm, TokenRevokingForm, PasswordChangeForm):
    """Django's own form; counts the tries, so that nobody can guess the password in a browser left open."""

    request: HttpRequest

    def clean_old_password(self) -> str:
        """The old password, if it is the right one."""
        try:
            tried = self.admit(self.request, self.user.get_username())
        except sign_in_throttling.TooManyTries as error:
            raise ValidationError(self._paused(error), code="paused") from error
        try:
            old = str(super().clean_old_password())
        except ValidationError as error:
            said = self.failed(tried, "That is not your password.")
            words = self._paused(self.refused) if self.refused else said
            raise ValidationError(words, code="password_incorrect") from error
        tried.succeeded()
        return old

    @staticmethod
    def _paused(refused: sign_in_throttling.TooManyTries) -> str:
        return f"Too many tries. Your old password is looked at again in {refused.span}."


def with_retry_after(response: HttpResponse, form: Any) -> HttpResponse:
    """Makes the answer to `form` a 429 with Retry-After when no password is checked for a while."""
    refused = getattr(form, "refused", None)
    if refused is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
