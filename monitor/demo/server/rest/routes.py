"""Which view answers which path of the REST API."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from monitor.demo.server.http import Response
from monitor.demo.server.rest import account, apps, repositories
from monitor.demo.server.rest.call import Call

NAME = r"([\w.-]+)"


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    view: Callable[[Call], Response]


def route(method: str, pattern: str, view: Callable[[Call], Response]) -> Route:
    """Its groups become the `parts` of the call."""
    return Route(method, re.compile(pattern), view)


ROUTES = (
    route("GET", "/rate_limit", account.rate_limit),
    route("GET", "/user", account.user),
    route("GET", f"/user/memberships/orgs/{NAME}", account.membership),
    route("GET", "/meta", account.meta),
    route("GET", "/app", apps.app),
    route("GET", "/app/installations", apps.installations),
    route("GET", r"/app/installations/(\d+)", apps.installation),
    route("POST", r"/app/installations/(\d+)/access_tokens", apps.access_token),
    route("GET", "/installation/repositories", apps.accessible),
    route("GET", f"/repos/{NAME}/{NAME}/installation", apps.installation),
    route("GET", f"/orgs/{NAME}/installation", apps.installation),
    route("GET", f"/users/{NAME}/installation", apps.installation),
    route("GET", f"/repos/{NAME}/{NAME}", repositories.repository),
    route("GET", f"/repos/{NAME}/{NAME}/git/blobs/([0-9a-f]+)", repositories.blob),
    route("GET", r"/repositories/(\d+)", repositories.repository_by_id),
)
