"""The error responses of the API: their JSON, and which error each exception becomes."""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from monitor import queries
from monitor.actions import subscriptions
from monitor.api.schemas import ErrorCode
from monitor.github import errors as github
from monitor.github.rate_limit_budget import Blocked
from monitor.quotas import repository_quotas
from monitor.quotas.concurrency import TooManyAtOnce
from monitor.rules.search import SearchError

logger = logging.getLogger(__name__)

ERRORS_SHOWN = 20
# Used if GitHub does not say how long it will be unavailable.
RETRY_SECONDS = 30
# A request holds its database connection no longer than this.
RETRY_SECONDS_DATABASE = 5


class ApiError(Exception):
    """An error response: `status`, `code`, a sentence, and for some codes `details` and headers."""

    def __init__(
        self, status: int, code: ErrorCode, message: str, details: Any = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = dict(headers or {})

    def response(self) -> HttpResponse:
        """The error as a response of the API."""
        plain = {"error": {"code": self.code, "message": self.message, "details": self.details}}
        body = json.dumps(plain, ensure_ascii=False).encode()
        headers = {"Cache-Control": "no-store", "Content-Length": str(len(body))} | self.headers
        return HttpResponse(body, status=self.status, content_type="application/json", headers=headers)


def invalid(field: str, message: str) -> ApiError:
    """422 for one invalid value of the request."""
    return ApiError(422, "invalid", f"{field}: {message}", [{"field": field, "message": message}])


def too_many(message: str, retry_after: int) -> ApiError:
    """429; `retry_after` is in seconds."""
    return ApiError(429, "rate_limited", message, headers={"Retry-After": str(max(1, retry_after))})


def unavailable() -> ApiError:
    """503: the database has no free connection, or does not answer."""
    headers = {"Retry-After": str(RETRY_SECONDS_DATABASE)}
    return ApiError(503, "unavailable", "the database has no connection to spare; come back soon", headers=headers)


def no_connection(error: BaseException | None) -> bool:
    """Whether `error` means that this thread got no database connection: all are in use, or the database is down."""
    return isinstance(error, OperationalError) and connection.connection is None


def for_status(status: int) -> ApiError:
    """The error for a status, in place of an error page that Django has written: 400, 404, 405 …"""
    return ApiError(status, *_OF_STATUS.get(status, _REFUSED if status < 500 else _FAILED))


# WWW-Authenticate names the scheme of API tokens.
_NOT_SIGNED_IN = ApiError(
    401,
    "not_authenticated",
    "sign in: send Authorization: Bearer <token>, or a browser session",
    headers={"WWW-Authenticate": "Bearer"},
)
_REFUSED: tuple[ErrorCode, str] = ("invalid", "this request is not accepted")
_FAILED: tuple[ErrorCode, str] = ("internal_error", "something went wrong here; it was logged")
_OF_STATUS: dict[int, tuple[ErrorCode, str]] = {
    400: ("invalid_json", "the request could not be read"),
    401: ("not_authenticated", "sign in first"),
    403: ("forbidden", "you may not do this"),
    404: ("not_found", "there is nothing at this address"),
    405: ("method_not_allowed", "this address does not take this method"),
    413: ("too_large", "the request is too large"),
}


def _described(error: Mapping[str, Any]) -> dict[str, str]:
    # loc is (source, parameter, …path). The parameter of a body is a name in our code, which clients do not know.
    source, *path = error["loc"]
    names = path[1:] if source == "body" else path
    message = error["msg"].removeprefix("Value error, ")
    return {"field": ".".join(map(str, names)) or str(source), "message": message}


def _unreadable(error: ValidationError) -> ApiError:
    details = [_described(item) for item in error.errors[:ERRORS_SHOWN]]
    first, more = details[0], len(error.errors) - len(details)
    rest = f" (and {more} errors more, which are not shown)" if more else ""
    return ApiError(422, "invalid", f"{first['field']}: {first['message']}{rest}", details)


def _github_made_us_wait(error: github.RateLimited | Blocked) -> ApiError:
    wait = int((error.until - datetime.now(UTC)).total_seconds()) + 1
    return ApiError(503, "github_unavailable", str(error), headers={"Retry-After": str(max(1, wait))})


def _github_away(error: github.Unavailable) -> ApiError:
    wait = error.retry_after or RETRY_SECONDS
    return ApiError(503, "github_unavailable", str(error), headers={"Retry-After": str(wait)})


def _database(error: OperationalError) -> ApiError:
    if not no_connection(error):
        return _unexpected(error)
    logger.error("the database gives no connection: %s", error)
    return unavailable()


def _unexpected(error: Exception) -> ApiError:
    logger.error("an API call failed", exc_info=error)
    return for_status(500)


# django-ninja looks up the class of an exception first, then its base classes.
_CONVERTERS: dict[type[Exception], Callable[[Any], ApiError]] = {
    ApiError: lambda error: error,
    ValidationError: _unreadable,
    SearchError: lambda error: invalid("q", str(error)),
    queries.RepositoryNotFound: lambda error: ApiError(404, "repository_not_found", str(error)),
    queries.PullRequestNotFound: lambda error: ApiError(404, "not_found", str(error)),
    queries.Resync: lambda error: ApiError(
        410, "resync", "fetch anew, then go on from details.cursor", {"cursor": error.cursor}
    ),
    TooManyAtOnce: lambda error: too_many(str(error), error.retry_after),
    subscriptions.RefreshTooSoon: lambda error: too_many(
        f"looked at a moment ago; ask again in {error.retry_after} s", error.retry_after
    ),
    repository_quotas.WatchesEnough: lambda error: ApiError(409, "conflict", str(error)),
    repository_quotas.TooManyQuestions: lambda error: too_many(str(error), error.retry_after),
    github.RateLimited: _github_made_us_wait,
    Blocked: _github_made_us_wait,
    github.Unavailable: _github_away,
    github.GitHubError: lambda error: ApiError(502, "github_error", str(error)),
    RequestDataTooBig: lambda error: for_status(413),
    TooManyFieldsSent: lambda error: for_status(413),
    TooManyFilesSent: lambda error: for_status(413),
    MultiPartParserError: lambda error: for_status(400),
    RawPostDataException: lambda error: for_status(400),
    SuspiciousOperation: lambda error: for_status(400),
    BadRequest: lambda error: for_status(400),
    PermissionDenied: lambda error: for_status(403),
    Http404: lambda error: for_status(404),
    AuthenticationError: lambda error: _NOT_SIGNED_IN,
    HttpError: lambda error: ApiError(400, "invalid_json", "the body must be JSON"),
    OperationalError: _database,
    Exception: _unexpected,
}


def add_error_handlers(api: NinjaAPI) -> None:
    """Makes `api` answer every exception of a view by the table above."""

    def handler(convert: Callable[[Any], ApiError]) -> Callable[[HttpRequest, Any], HttpResponse]:
        return lambda request, error: convert(error).response()

    for kind, convert in _CONVERTERS.items():
        api.add_exception_handler(kind, handler(convert))
