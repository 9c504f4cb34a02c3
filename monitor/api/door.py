"""The door every call goes through: who asks, how often, and whether the query names only what is known."""

import difflib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from ninja.operation import Operation
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from monitor.api.errors import ApiError, invalid, not_signed_in
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
        return getattr(request, "signed_in", None)

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Never asked: the door has done it."""
        return None


class BrowserSession(APIKeyCookie):
    """The browser's session; writes need the CSRF token as well."""

    param_name = settings.SESSION_COOKIE_NAME
    openapi_description = "The browser's session; writes send X-CSRFToken as well."

    def __call__(self, request: HttpRequest) -> User | None:
        return getattr(request, "signed_in", None)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Never asked: the door has done it."""
        return None


SIGN_IN = (BearerToken(), BrowserSession())


def guarded(run: Run) -> Run:
    """Wraps an operation's `run`. 401 comes before 403, 429 and 422, so a stranger learns nothing from those."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = _query_names(operation)
    public = not operation.auth_callbacks

    @wraps(run)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            if not public:
                sign_in(request)
            _refuse_unknown(request, known)
        except Exception as error:
            return operation.api.on_exception(request, error)
        return run(request, **path)

    return answer


def sign_in(request: HttpRequest) -> None:
    """Sets `request.user` to who asks. A bearer token that is refused is not made good by a session."""
    token = bearer_in(request.headers.get("Authorization", ""))
    user = _session_user(request) if token is None else user_of_bearer(token)
    spend(request, user.pk if user else None)
    if user is None:
        raise not_signed_in()
    if token is None and check_csrf(request) is not None:
        raise ApiError(403, "csrf_failed", "a write from a browser session needs the X-CSRFToken header")
    request.user = user
    request.signed_in = user  # type: ignore[attr-defined]


def _session_user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _query_names(operation: Operation) -> list[str]:
    models = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    return sorted(name for model in models for name in model.__ninja_flatten_map__)


def _refuse_unknown(request: HttpRequest, known: list[str]) -> None:
    for name in request.GET:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; it takes {', '.join(known) or 'none'}"
            raise invalid(name[:100], f"unknown query parameter{hint}")
