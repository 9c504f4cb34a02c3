"""The parameters that `/deliveries` and `/why` share: of which user, and which pull request."""

from typing import Annotated

from django.contrib.auth.models import User
from ninja import Query

from monitor import queries
from monitor.api.authentication import AuthenticatedRequest
from monitor.api.errors import ApiError, invalid
from monitor.api.schemas import Username
from monitor.models import PullRequest

UserParameter = Annotated[
    Username | None,
    Query(None, description="Staff only: of this user (name, id or GitHub login) instead of mine.", example="hubot"),
]


def reader_named(request: AuthenticatedRequest, wanted: str | None) -> User:
    """The user whom the call is about: the caller, or whom a member of the staff names. Errors: ApiError."""
    if wanted is None:
        return request.user
    if not request.user.is_staff:
        raise ApiError(403, "forbidden", "only staff may read what others were told")
    found = queries.user_named(wanted)
    if found is None:
        raise invalid("user", "there is no such user")
    return found


def pull_request_named(request: AuthenticatedRequest, text: str) -> PullRequest:
    """The pull request `owner/name#number`. Errors: RepositoryNotFound, PullRequestNotFound."""
    full_name, _, number = text.partition("#")
    owner, _, name = full_name.partition("/")
    return queries.pull_request_for(request.user, owner, name, int(number))
