"""How allauth talks to GitHub, github.com or an Enterprise Server: asks only who the user is.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
"""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from requests import Session

from monitor.accounts.github_sign_in.configuration import web_url

_MISSING = 404
_FORBIDDEN = 403


class NotAMember(PermissionDenied):
    """The user is not a member of GITHUB_OAUTH_ORGANIZATION, or GitHub does not tell our OAuth app that they are."""


class OAuthExchange(GitHubOAuth2Adapter):
    """One OAuth exchange with the GitHub of the settings. Reads who the user is, and does not keep the token."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.api_url = settings.GITHUB_API_URL
        self.web_url = web_url(self.api_url)
        self.authorize_url = f"{self.web_url}/login/oauth/authorize"
        self.access_token_url = f"{self.web_url}/login/oauth/access_token"

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """The address to which GitHub redirects the browser, below PUBLIC_URL if set, as the OAuth app states it."""
        path = reverse("github_callback")
        return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        """The owner of the token. Errors: OAuth2Error, NotAMember, `requests.RequestException`."""
        with get_adapter().get_requests_session() as session:
            session.headers["Authorization"] = f"Bearer {token.token}"
            who = self._read(session, "/user")
            if not isinstance(who.get("id"), int) or not isinstance(who.get("login"), str) or not who["login"]:
                raise OAuth2Error("GitHub did not say who that is")
            self._check_membership(session)
        return self.get_provider().sociallogin_from_response(request, who)

    def _check_membership(self, session: Session) -> None:
        # https://docs.github.com/en/rest/orgs/members#get-an-organization-membership-for-the-authenticated-user
        organization = settings.GITHUB_OAUTH_ORGANIZATION
        if organization and self._read(session, f"/user/memberships/orgs/{organization}").get("state") != "active":
            raise NotAMember

    def _read(self, session: Session, path: str) -> dict[str, Any]:
        answer = session.get(f"{self.api_url}{path}")
        if "/orgs/" in path and answer.status_code in (_FORBIDDEN, _MISSING):
            return {}
        answer.raise_for_status()
        read = answer.json()
        return read if isinstance(read, dict) else {}


class Provider(GitHubProvider):
    """Keeps only the id and the login of a GitHub account."""

    oauth2_adapter_class = OAuthExchange

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"login": data["login"]}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"username": data["login"]}
