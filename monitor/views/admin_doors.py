"""The admin's own doors: signing in, and changing one's password there."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse

from monitor.known_devices import remember
from monitor.password_forms import ChangePasswordForm, SignInForm, answered


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """Tries are counted here too, and together with those at the front door; staff alone come in."""


class AdminOwnPasswordForm(ChangePasswordForm, AdminPasswordChangeForm):
    """The same for whoever changes their own password here."""


class AdminPasswordChange(PasswordChangeView):
    """Django's own view, with the tries counted, and an end of API tokens offered."""

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
        return answered(super().form_invalid(form), form)


def closed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What Django's own view answers to a sign-in: a pause has its status, a success makes the browser known."""
    context: Any = getattr(response, "context_data", None) or {}
    if request.method == "POST" and response.status_code == 302:
        remember(request, response, request.user)
    return answered(response, context.get("form"))
