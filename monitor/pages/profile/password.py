"""The page to change the password, or to set the first one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from monitor.accounts.known_browsers import remember
from monitor.accounts.password_forms import ChangePasswordForm, SetPasswordForm, with_retry_after
from monitor.pages.render_page import render_page
from monitor.pages.view_decorators import redirect_by_header


@sensitive_post_parameters()
@redirect_by_header
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password(request: HttpRequest) -> HttpResponse:
    """Changes the password. A reader without one, who signed in with a link, sets a password."""
    user: Any = request.user
    form = _password_form(request)
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, f"Password saved. {form.told}".strip())
        response = redirect("profile")
        remember(request, response, user)
        return response
    answer = render_page(request, "monitor/password.html", {"form": form}, status=422 if form.errors else 200)
    return with_retry_after(answer, form)


def _password_form(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.has_usable_password():
        return SetPasswordForm(user, request.POST or None)
    form = ChangePasswordForm(user, request.POST or None)
    form.request = request
    return form
