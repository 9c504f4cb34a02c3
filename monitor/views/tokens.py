"""API tokens on the profile: made, shown once, revoked."""

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

from monitor.forms import TokenForm
from monitor.models import ApiToken
from monitor.profile import person_of
from monitor.views.profile import profile_page
from monitor.views.sending import takes_form, tells_scripts

# A new token travels in its owner's browser from the form to the page that shows it: it is kept nowhere else.
COOKIE = "new_token"
SECONDS = 120


def tokens_address(**_: Any) -> str:
    """Where tokens stand on the profile."""
    return f"{reverse('profile')}#tokens"


@tells_scripts
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """A POST makes a token; the page it leads to shows the token's text, once."""
    return _made(request) if request.method == "POST" else _shown(request)


def _made(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    user: Any = request.user
    if not form.is_valid():
        return profile_page(request, person_of(user), token_form=form, status=422)
    name = form.cleaned_data["name"]
    _, text = ApiToken.create_for(request.user, name)
    address = reverse("tokens")
    response = HttpResponse(status=303, headers={"Location": f"{address}#new-token"})
    response.set_cookie(
        COOKIE, signing.dumps([name, text], salt=_salt(user)), max_age=SECONDS, path=address,
        secure=request.is_secure(), httponly=True, samesite="Strict",
    )  # fmt: skip
    return response


def _shown(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    try:
        name, text = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_salt(user), max_age=SECONDS)
    except signing.BadSignature:
        return redirect(tokens_address())
    response = profile_page(request, person_of(user), new_token=text, new_token_name=name)
    patch_cache_control(response, no_store=True)
    if request.method == "GET":
        response.delete_cookie(COOKIE, path=reverse("tokens"), samesite="Strict")
    return response


def _salt(user: Any) -> str:
    return f"monitor.new_token.{user.pk}"


@takes_form(tokens_address)
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of the reader's own tokens, at once and for good."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user.pk, revoked_at=None)
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    messages.success(request, f"Token {token.name or token.hint} is revoked.")
    return redirect("profile")
