"""REST about the caller: limits, the account, this server."""

from __future__ import annotations

from typing import Any

from monitor.demo.server.credentials import INSTALLATION
from monitor.demo.server.http import Response
from monitor.demo.server.rest import payloads
from monitor.demo.server.rest.call import Call


def rate_limit(call: Call) -> Response:
    """Asking for the limits costs nothing."""
    if call.services.enterprise:
        return Response.error(404, "Rate limiting is not enabled.")
    credential = call.credential
    if credential is None:
        return Response.error(401, "Requires authentication")
    resources = {}
    for name in ("core", "graphql", "search"):
        points = 30 if name == "search" else credential.hourly_limit
        limit = call.services.rate_limits.of(credential.identity, name, points)
        reset = int(limit.reset_at.timestamp())
        resources[name] = {"limit": limit.limit, "used": limit.used, "remaining": limit.remaining, "reset": reset}
    return Response.json({"resources": resources, "rate": resources["core"]})


def user(call: Call) -> Response:
    if call.credential is None:
        return Response.error(401, "Requires authentication")
    if call.credential.kind == INSTALLATION:
        return Response.error(403, "Resource not accessible by integration")
    world = call.services.world
    return Response.json(payloads.account(world, world.account(call.credential.login)))


def membership(call: Call) -> Response:
    """The caller in an organization: here, who is in one of its teams."""
    if call.credential is None:
        return Response.error(401, "Requires authentication")
    if not call.credential.reads_teams():
        return Response.error(403, "You need at least read:org scope to get organization membership information.")
    [organization], world = call.parts, call.services.world
    caller = world.account(call.credential.login)
    teams = [team for team in world.teams.values() if team.organization.login.lower() == organization.lower()]
    if not any(caller in team.people for team in teams):
        return Response.error(404, "Not Found")
    return Response.json({"state": "active", "role": "member", "organization": {"login": organization}})


def meta(call: Call) -> Response:
    facts: dict[str, Any] = {"verifiable_password_authentication": False}
    return Response.json({**facts, **({"installed_version": "3.14.2"} if call.services.enterprise else {})})
