"""The two addresses of “Sign in with GitHub”: where it begins, and where GitHub sends people back to."""

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

from monitor.with_github.addresses import is_on
from monitor.with_github.entering import PROVIDER, is_connected
from monitor.with_github.hooks import CONNECT
from monitor.with_github.provider import Exchange

_SIGNER = signing.TimestampSigner(salt="monitor.with_github.connect")
_A_DAY = 86_400
View = Callable[[HttpRequest], HttpResponse]


def connect_address(user: Any) -> str:
    """Where `user`, and nobody else, connects their account with GitHub; empty where that is off, or done."""
    if not is_on() or is_connected(user):
        return ""
    return f"{reverse('github_login')}?{urlencode({'connect': _SIGNER.sign(str(user.pk))})}"


def _where_it_is_on(view: View) -> View:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not is_on():
            raise Http404
        return view(request)

    return guarded


@_where_it_is_on
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Leads to GitHub. A link, not a form: `form-action` would hold up whoever GitHub sends on to a single sign-on.

    Only our own pages lead here; and only a link made for this very user connects their account.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return redirect("login")
    to_github: Callable[..., HttpResponse] = partial(
        get_adapter(request).get_provider(request, PROVIDER).redirect, request
    )
    asked = request.GET.get("connect")
    if asked is None:
        return to_github("login", next_url=_next(request))
    if not _made_for(request.user, asked):
        messages.error(request, "That link was not made for you, or is older than a day. Use the one on this page.")
        return redirect("profile")
    return to_github(CONNECT)


def _made_for(user: Any, signed: str) -> bool:
    try:
        return bool(user.is_authenticated and _SIGNER.unsign(signed, max_age=_A_DAY) == str(user.pk))
    except signing.BadSignature:
        return False


def _next(request: HttpRequest) -> str | None:
    """The page of ours they wanted."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else None


@_where_it_is_on
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """GitHub's answer: allauth checks the state and fetches the account, `hooks` does the rest."""
    answer: HttpResponse = _exchange(request)
    return answer


_exchange: Any = OAuth2CallbackView.adapter_view(Exchange)
