"""The team lead's desk: Django's admin for everything we keep; one module a noun."""

from monitor.admin import (
    accounts,
    api_token,
    event,
    github,
    people,
    pull_request,
    queue,
    repository,
    subscription,
    with_github,
)

__all__ = [
    "accounts",
    "api_token",
    "event",
    "github",
    "people",
    "pull_request",
    "queue",
    "repository",
    "subscription",
    "with_github",
]

from monitor.admin import others  # noqa: F401 - last: it takes what the others have left
