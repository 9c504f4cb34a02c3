"""API tokens on the profile page: create a token, show its text once, revoke it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from monitor.accounts.profile import person_of
from monitor.models import ApiToken
from monitor.pages.profile.forms import TokenForm
from monitor.pages.profile.profile_page import profile_page
from monitor.pages.view_decorators import form_action, redirect_by_header

# The text of a new token is stored nowhere but in this signed cookie, from the form to the page that shows the token.
COOKIE = "new_token"
COOKIE_SECONDS = 120


def tokens_address(**_: Any) -> str:
    """The address of the tokens on the profile page."""
    return f"{reverse('profile')}#tokens"


@redirect_by_header
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """POST creates a token. GET, to which it redirects, shows the text of the token once."""
    return _create(request) if request.method == "POST" else _show_once(request)


def _create(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    user: Any = request.user
    if not form.is_valid():
        return profile_page(request, person_of(user), token_form=form, status=422)
    name = form.cleaned_data["name"]
    _, text = ApiToken.create_for(request.user, name)
    address = reverse("tokens")
    response = HttpResponse(status=303, headers={"Location": f"{address}#new-token"})
    response.set_cookie(
        COOKIE, signing.dumps([name, text], salt=_salt(user)), max_age=COOKIE_SECONDS, path=address,
        secure=request.is_secure(), httponly=True, samesite="Strict",
    )  # fmt: skip
    return response


def _show_once(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    try:
        name, text = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_salt(user), max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return redirect(tokens_address())
    response = profile_page(request, person_of(user), new_token=text, new_token_name=name)
    patch_cache_control(response, no_store=True)
    if request.method == "GET":
        response.delete_cookie(COOKIE, path=reverse("tokens"), samesite="Strict")
    return response


def _salt(user: Any) -> str:
    return f"monitor.new_token.{user.pk}"


@form_action(tokens_address)
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Revokes one of the reader's own tokens, at once and for good."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user.pk, revoked_at=None)
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    messages.success(request, f"Token {token.name or token.hint} is revoked.")
    return redirect("profile")
