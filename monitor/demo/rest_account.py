"""REST about the asker: limits, the account, this server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from monitor.demo import payloads
from monitor.demo.credentials import INSTALLATION, Credential
from monitor.demo.exchange import Answer, Request

if TYPE_CHECKING:
    from monitor.demo.rest_door import RestDoor


def limits(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    if door.enterprise:
        return Answer.error(404, "Rate limiting is not enabled.")
    if credential is None:
        return Answer.error(401, "Requires authentication")
    resources = {}
    for name in ("core", "graphql", "search"):
        purse = door.budgets.purse(credential.identity, name, 30 if name == "search" else credential.hourly_limit)
        reset = int(purse.reset_at.timestamp())
        resources[name] = {"limit": purse.limit, "used": purse.used, "remaining": purse.remaining, "reset": reset}
    return Answer.json({"resources": resources, "rate": resources["core"]})


def user(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    if credential is None:
        return Answer.error(401, "Requires authentication")
    if credential.kind == INSTALLATION:
        return Answer.error(403, "Resource not accessible by integration")
    return Answer.json(payloads.account(door.world, door.world.account(credential.login)))


def membership(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    """The asker in an organization: here, who is in one of its teams."""
    if credential is None:
        return Answer.error(401, "Requires authentication")
    if not credential.reads_teams():
        return Answer.error(403, "You need at least read:org scope to get organization membership information.")
    who, name = door.world.account(credential.login), parts[0].lower()
    teams = [team for team in door.world.teams.values() if team.organization.login.lower() == name]
    if not any(who in team.people for team in teams):
        return Answer.error(404, "Not Found")
    return Answer.json({"state": "active", "role": "member", "organization": {"login": parts[0]}})


def meta(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    facts: dict[str, Any] = {"verifiable_password_authentication": False}
    return Answer.json({**facts, **({"installed_version": "3.14.2"} if door.enterprise else {})})
