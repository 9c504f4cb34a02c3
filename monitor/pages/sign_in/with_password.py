"""The views to sign in with username and password, and to sign out."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from monitor.accounts.github_sign_in.configuration import is_enabled
from monitor.accounts.known_browsers import remember
from monitor.accounts.password_forms import SignInForm, with_retry_after
from monitor.pages.render_page import theme_of
from monitor.pages.view_decorators import redirect_by_header


class SignIn(LoginView):
    """The sign-in page. After too many tries it answers 429 with `Retry-After`."""

    authentication_form = SignInForm
    template_name = "registration/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "theme": theme_of(self.request)}
        wanted = {"next": self.get_redirect_url()} if self.get_redirect_url() else {}
        address = f"{reverse('github_login')}{'?' if wanted else ''}{urlencode(wanted)}"
        return context | {"github_address": address if is_enabled() else ""}

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        remember(self.request, response, form.get_user())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return with_retry_after(super().form_invalid(form), form)


class SignOut(LogoutView):
    """Signs out on POST. A GET shows a button that sends the POST."""

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = render(request, "registration/logout.html", {"theme": theme_of(request)}, status=405)
        response["Allow"] = "POST, OPTIONS"
        return response


sign_in = SignIn.as_view()
sign_out = redirect_by_header(SignOut.as_view())
