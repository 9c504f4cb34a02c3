"""Signs clients in to the API, by API token or browser session, and counts their requests against the rate limit."""

from django.contrib.auth.models import User
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from monitor.accounts.bearer_tokens import bearer_in, user_of_bearer
from monitor.api.errors import ApiError
from monitor.api.rate_limit import count_call


class AuthenticatedRequest(HttpRequest):
    """A request whose user is signed in."""

    user: User


class BearerToken(HttpBearer):
    """An API token, made in the profile or with `manage.py create_api_token`."""

    openapi_description = "An API token, made in your profile or with manage.py create_api_token."

    def __call__(self, request: HttpRequest) -> User | None:
        # prmonitor reads the header itself: under DEBUG, ninja logs a header that ninja does not accept as a token.
        token = bearer_in(request.headers.get("Authorization", ""))
        return None if token is None else self.authenticate(request, token)

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """Sets `request.user`. Errors: AuthenticationError; django-ninja then does not try the browser session."""
        user = user_of_bearer(token)
        count_call(request, user)
        if user is None:
            raise AuthenticationError
        request.user = user
        return user


class BrowserSession(SessionAuth):
    """The session of a browser. Writes need the CSRF token as well."""

    openapi_description = "The browser's session; writes send X-CSRFToken as well."

    def __init__(self) -> None:
        # django-ninja would check the CSRF token first, but a client that is not signed in must get 401, not 403.
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The session's user, or None. Errors: ApiError."""
        user: User | None = super().authenticate(request, key)
        count_call(request, user)
        if user is not None and check_csrf(request) is not None:
            raise ApiError(403, "csrf_failed", "a write from a browser session needs the X-CSRFToken header")
        return user


AUTHENTICATION = (BearerToken(), BrowserSession())
