"""Forms that look at a password somebody typed: each try is counted first, at every door by the same count."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AuthenticationForm, PasswordChangeForm
from django.contrib.auth.forms import SetPasswordForm as StockSetPasswordForm
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse

from monitor import tries
from monitor.client_address import address_of
from monitor.known_devices import device_in
from monitor.models import ApiToken


class CountsTries(forms.BaseForm):
    """A form that looks at a password. `refused` says that it did not, and why."""

    refused: tries.Refused | None = None

    def admit(self, request: HttpRequest | None, username: str) -> tries.Try:
        """Counts one. Errors: tries.Refused, which is remembered."""
        asking = request or HttpRequest()
        try:
            return tries.admit(username, address_of(asking), device_in(asking, username))
        except tries.Refused as error:
            self.refused = error
            raise

    def failed(self, tried: tries.Try, words: str) -> str:
        """`words` and how many tries are left; the last one begins the pause."""
        if not tried.left:
            self.refused = tries.Refused("account", int(tries.WINDOW.total_seconds()))
            return str(self.refused)
        noun = "try" if tried.left == 1 else "tries"
        return f"{words} {tried.left} {noun} left, then a 15 minute pause."


class SignInForm(CountsTries, AuthenticationForm):
    """Django's own form, in our words, with the tries counted."""

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")
        if not username or not self.cleaned_data.get("password"):
            return dict(super().clean())  # nobody has tried
        try:
            tried = self.admit(self.request, username)
        except tries.Refused as error:
            raise ValidationError(str(error), code="paused") from error
        try:
            cleaned = dict(super().clean())
        except ValidationError as error:
            said = self.failed(tried, "Username and password do not match.")
            raise ValidationError(said, code="invalid_login") from error
        tried.succeeded()
        return cleaned


class RevokesTokens(forms.Form):
    """A form that saves a password, and ends the account's API tokens with it where that is wanted.

    Whoever had the old password may have made some: that other sessions end, as Django sees to, does not reach them.
    `revoked`: how many were ended.
    """

    revoke_tokens = forms.BooleanField(
        required=False,
        label="Also revoke my API tokens",
        help_text="Programs that use them have to be given new ones. Other browsers are signed out in any case.",
    )
    revoked = 0

    def save(self, commit: bool = True) -> Any:
        """The account, with both done or neither."""
        saving: Any = super()
        with transaction.atomic():
            user = saving.save(commit)
            if commit and self.cleaned_data["revoke_tokens"]:
                self.revoked = ApiToken.revoke_all_of(user)
        return user

    @property
    def told(self) -> str:
        """How many tokens it ended, in words; empty for none."""
        tokens = "1 API token is" if self.revoked == 1 else f"{self.revoked} API tokens are"
        return f"{tokens} revoked." if self.revoked else ""


class SetPasswordForm(RevokesTokens, StockSetPasswordForm):  # type: ignore[type-arg]
    """Django's own form, for who has no password yet."""


class SetTheirPasswordForm(RevokesTokens, AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Django's own form, for somebody else's password in the admin."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revoke_tokens"].label = "Also revoke this person’s API tokens"

    @property
    def changed_data(self) -> list[str]:
        """As the account's history names it."""
        return [*super().changed_data, *(["API tokens"] if self.revoked else [])]


class ChangePasswordForm(CountsTries, RevokesTokens, PasswordChangeForm):
    """Django's own form; who has taken over somebody's browser does not guess their password here either."""

    request: HttpRequest

    def clean_old_password(self) -> str:
        """The old password, if it is the right one."""
        try:
            tried = self.admit(self.request, self.user.get_username())
        except tries.Refused as error:
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
    def _paused(refused: tries.Refused) -> str:
        return f"Too many tries. Your old password is looked at again in {refused.span}."


def answered(response: HttpResponse, form: Any) -> HttpResponse:
    """The answer to `form`: 429 where no password is looked at for a while."""
    refused = getattr(form, "refused", None)
    if refused is not None:
        response.status_code = 429
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
