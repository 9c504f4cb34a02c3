"""Signing in by username and password, with a pause after too many tries."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from monitor.known_devices import remember
from monitor.password_forms import SignInForm, answered
from monitor.views.page import theme_of
from monitor.views.sending import tells_scripts
from monitor.with_github.addresses import is_on


class SignIn(LoginView):
    """The sign-in page: fields `username` and `password`."""

    authentication_form = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "theme": theme_of(self.request)}
        wanted = {"next": self.get_redirect_url()} if self.get_redirect_url() else {}
        address = f"{reverse('github_login')}{'?' if wanted else ''}{urlencode(wanted)}"
        return context | {"github_address": address if is_on() else ""}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        remember(self.request, response, form.get_user())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return answered(super().form_invalid(form), form)


class SignOut(LogoutView):
    """Signs out by POST alone; whoever only opens the address gets the button for it."""

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = render(request, "registration/logout.html", {"theme": theme_of(request)}, status=405)
        response["Allow"] = "POST, OPTIONS"
        return response


sign_in = SignIn.as_view()
sign_out = tells_scripts(SignOut.as_view())
