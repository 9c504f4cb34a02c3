"""Sign-in and change of password in the admin site, with the same protection as on the pages."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse

from monitor.accounts.known_browsers import remember
from monitor.accounts.password_forms import ChangePasswordForm, SignInForm, with_retry_after


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """The sign-in form of the admin, for staff only. It counts tries together with those on the sign-in page."""


class AdminOwnPasswordForm(ChangePasswordForm, AdminPasswordChangeForm):
    """The form of the admin to change one's own password. It counts tries as well."""


class AdminPasswordChange(PasswordChangeView):
    """Django's view to change one's own password; it counts tries and offers to revoke the API tokens."""

    form_class = AdminOwnPasswordForm
    template_name = "admin/own_password.html"

    def get_form(self, form_class: Any = None) -> Any:
        form: Any = super().get_form(form_class)
        form.request = self.request
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        remember(self.request, response, form.user)
        if form.told:
            messages.success(self.request, form.told)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        return with_retry_after(super().form_invalid(form), form)


def finish_sign_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Completes the response of Django's view: 429 after too many tries; a success marks the browser as known."""
    context: Any = getattr(response, "context_data", None) or {}
    if request.method == "POST" and response.status_code == 302:
        remember(request, response, request.user)
    return with_retry_after(response, context.get("form"))
