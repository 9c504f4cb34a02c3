"""The locks ninja turns before every call: who asks, how often; then whether the query names only what is known."""

import difflib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from ninja.errors import AuthenticationError
from ninja.operation import Operation
from ninja.security import HttpBearer, SessionAuth
from ninja.utils import check_csrf

from monitor.api.errors import ApiError, invalid
from monitor.api.rate import spend
from monitor.authentication import bearer_in, user_of_bearer

Run = Callable[..., HttpResponse]


class Call(HttpRequest):
    """A request behind the door."""

    user: User


class BearerToken(HttpBearer):
    """An API token, made in the profile or with `manage.py create_api_token`."""

    openapi_description = "An API token, made in your profile or with manage.py create_api_token."

    def __call__(self, request: HttpRequest) -> User | None:
        # Read as everywhere else; ninja's own reading logs what it does not take for a token, while DEBUG is on.
        token = bearer_in(request.headers.get("Authorization", ""))
        return None if token is None else self.authenticate(request, token)

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """Sets `request.user`. Errors: AuthenticationError, so that a session does not make a refused token good."""
        user = user_of_bearer(token)
        spend(request, user)
        if user is None:
            raise AuthenticationError
        request.user = user
        return user


class BrowserSession(SessionAuth):
    """The browser's session; writes need the CSRF token as well."""

    openapi_description = "The browser's session; writes send X-CSRFToken as well."

    def __init__(self) -> None:
        # Ninja would ask for the CSRF token before it knows who asks: a stranger has to hear 401, not 403.
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """The session's user, or None. Errors: ApiError."""
        user: User | None = super().authenticate(request, key)
        spend(request, user)
        if user is not None and check_csrf(request) is not None:
            raise ApiError(403, "csrf_failed", "a write from a browser session needs the X-CSRFToken header")
        return user


SIGN_IN = (BearerToken(), BrowserSession())


def takes_known_names(run: Run) -> Run:
    """Wraps an operation's `run`: 422 for a query parameter it does not name, after 401, 403 and 429.

    Ours, because ninja hands a model only the parameters it names: `extra="forbid"` never sees another one.
    """
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = _query_names(operation)

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            _refuse_unknown(request, known)
        except Exception as error:
            # Who asks comes first, so a stranger learns nothing from it.
            return operation._run_checks(request) or operation.api.on_exception(request, error)
        return run(request, **path)

    return answer


def _query_names(operation: Operation) -> list[str]:
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return sorted(name for model in models for name in model.__ninja_flatten_map__)


def _refuse_unknown(request: HttpRequest, known: list[str]) -> None:
    for name in request.GET:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(known) or 'none'}"
            raise invalid(name[:100], f"unknown query parameter{hint}")
