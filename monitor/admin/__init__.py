"""Django's admin for everything that prmonitor stores: one module per kind of object."""

from monitor.admin import (
    accounts,
    api_token,
    event,
    github,
    github_accounts,
    people,
    pull_request,
    repository,
    subscription,
    task_queue,
)

__all__ = [
    "accounts",
    "api_token",
    "event",
    "github",
    "github_accounts",
    "people",
    "pull_request",
    "repository",
    "subscription",
    "task_queue",
]

from monitor.admin import remaining_models  # noqa: F401 - last: it takes what the others have left
