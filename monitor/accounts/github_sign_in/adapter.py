"""What allauth calls: gives it the OAuth app, and answers the browser after GitHub confirmed the user, or failed to."""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from requests import RequestException

from monitor.accounts.github_sign_in.admission import PROVIDER, GitHubIdentity, SignInRefused, sign_in_or_connect
from monitor.accounts.github_sign_in.provider import NotAMember
from monitor.accounts.known_browsers import remember

CONNECT = "connect"
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_SHOWN = 300
log = logging.getLogger(__name__)


class SignInAdapter(DefaultSocialAccountAdapter):
    """Gives allauth the one OAuth app of the settings, and completes every sign-in itself, without allauth's pages."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        # The membership is read with the user's own token. Without an organization, the public profile is enough.
        scope = ["read:org"] if settings.GITHUB_OAUTH_ORGANIZATION else []
        kept = {"oauth_pkce_enabled": True, "scope": scope}
        key, secret = settings.GITHUB_OAUTH_CLIENT_ID, settings.GITHUB_OAUTH_CLIENT_SECRET
        return [SocialApp(provider=PROVIDER, name="GitHub", client_id=key, secret=secret, settings=kept)]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        proof = GitHubIdentity(sociallogin.account.uid, sociallogin.account.extra_data["login"])
        raise ImmediateHttpResponse(_welcome(request, proof, sociallogin.state))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        state = (extra_context or {}).get("state")
        if error != AuthError.CANCELLED:
            why = repr(exception) if exception else request.GET.get("error", "no sign-in with this state")
            log.warning("A sign-in with GitHub failed: %.*s", _SHOWN, why)
        raise ImmediateHttpResponse(_sent_back(request, state, _words(error, exception, state)))


def _welcome(request: HttpRequest, proof: GitHubIdentity, state: dict[str, Any]) -> HttpResponse:
    connecting: Any = request.user if state.get("process") == CONNECT else None
    if connecting is not None and not connecting.is_authenticated:
        return _sent_back(request, None, "You are not signed in any more. Sign in, and connect with GitHub then.")
    try:
        entered = sign_in_or_connect(proof, connecting)
    except SignInRefused as error:
        log.warning("%s (%s on GitHub) was refused: %s", proof.login, proof.id, error)
        return _sent_back(request, state, str(error))
    for username in entered.lost:
        messages.warning(request, f"The account “{username}” had typed your GitHub login, and has it no longer.")
    if connecting is not None:
        messages.success(request, f"GitHub says that you are {proof.login}.")
        return redirect("profile")
    login(request, entered.user, backend=_BACKEND)
    response = redirect(state.get("next") or settings.LOGIN_REDIRECT_URL)
    remember(request, response, entered.user)
    return response


def _sent_back(request: HttpRequest, state: Any, words: str) -> HttpResponse:
    """Sends the browser back to the page where the sign-in began, with a message that says what went wrong."""
    messages.error(request, words)
    return redirect("profile" if state and state.get("process") == CONNECT else "login")


def _words(error: Any, exception: Any, state: Any) -> str:
    if error == AuthError.CANCELLED:
        return "Signing in with GitHub was cancelled."
    if isinstance(exception, NotAMember):
        return f"GitHub does not say that you are a member of {settings.GITHUB_OAUTH_ORGANIZATION}. Your team lead can help."
    if isinstance(exception, RequestException):
        return "GitHub does not answer as it should. Try again in a moment."
    if state is None:
        return "This sign-in was not begun in this browser, or too long ago. Try again."
    return "GitHub did not confirm the sign-in. Try again."
