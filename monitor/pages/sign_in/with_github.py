"""The two views of “Sign in with GitHub”: one leads to GitHub, the other receives the browser when it returns."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from monitor.accounts.github_sign_in.adapter import CONNECT
from monitor.accounts.github_sign_in.admission import PROVIDER, is_connected
from monitor.accounts.github_sign_in.configuration import is_enabled
from monitor.accounts.github_sign_in.provider import OAuthExchange
from monitor.pages.view_decorators import ViewFunction

_SIGNER = signing.TimestampSigner(salt="monitor.with_github.connect")
_A_DAY = 86_400


def connect_address(user: Any) -> str:
    """The address at which only `user` can connect their account with GitHub; empty if that is off, or done."""
    if not is_enabled() or is_connected(user):
        return ""
    return f"{reverse('github_login')}?{urlencode({'connect': _SIGNER.sign(str(user.pk))})}"


def _only_if_enabled(view: ViewFunction) -> ViewFunction:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not is_enabled():
            raise Http404
        return view(request)

    return guarded


@_only_if_enabled
@require_http_methods(["GET", "POST"])
def start_github_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirects to GitHub, to sign in, or with a signed `connect` to connect the account of the user who is signed in.

    Pages link here instead of sending a form, because the `form-action` of the content security policy would stop a
    browser that GitHub redirects to a single sign-on. Links on other sites lead to the sign-in page.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect("login")
    to_github: Callable[..., HttpResponse] = partial(
        get_adapter(request).get_provider(request, PROVIDER).redirect, request
    )
    signed_user = request.GET.get("connect")
    if signed_user is None:
        return to_github("login", next_url=_next(request))
    if not _is_made_for(request.user, signed_user):
        messages.error(request, "That link was not made for you, or is older than a day. Use the one on this page.")
        return redirect("profile")
    return to_github(CONNECT)


def _is_made_for(user: Any, signed: str) -> bool:
    try:
        return bool(user.is_authenticated and _SIGNER.unsign(signed, max_age=_A_DAY) == str(user.pk))
    except signing.BadSignature:
        return False


def _next(request: HttpRequest) -> str | None:
    """The page to open after sign-in, if it is a page of prmonitor."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else None


@_only_if_enabled
@require_GET
def github_callback(request: HttpRequest) -> HttpResponse:
    """Receives GitHub's answer: allauth checks the state and fetches the account, then calls our adapter."""
    answer: HttpResponse = _exchange(request)
    return answer


_exchange: Any = OAuth2CallbackView.adapter_view(OAuthExchange)
