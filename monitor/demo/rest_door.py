"""The little REST that a watcher needs: who am I, limits, App sign-in, a repository, and the lists a naive poller reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from monitor.demo import payloads
from monitor.demo.app import App
from monitor.demo.budgets import Budgets
from monitor.demo.credentials import INSTALLATION, Credential
from monitor.demo.exchange import Answer, Request
from monitor.demo.objects import Repository
from monitor.demo.tokens import Tokens
from monitor.demo.world import World

Route = Callable[["RestDoor", Request, Credential | None, tuple[str, ...]], Answer]


class RestDoor:
    """Routes and answers REST requests; each counts one against the core limit."""

    def __init__(
        self, world: World, budgets: Budgets, tokens: Tokens, apps: list[App], *, enterprise: bool = False
    ) -> None:
        self.world, self.budgets, self.tokens, self.apps, self.enterprise = world, budgets, tokens, apps, enterprise

    def answer(self, request: Request, credential: Credential | None) -> Answer:
        for method, pattern, route in _ROUTES:
            if request.method == method and (match := pattern.fullmatch(request.route)):
                return self._counted(request, credential, route, match.groups())
        return Answer.error(404, "Not Found")

    def _counted(self, request: Request, credential: Credential | None, route: Route, parts: tuple[str, ...]) -> Answer:
        if credential is None or self.enterprise or route is _limits:
            return route(self, request, credential, parts)
        purse = self.budgets.purse(f"{credential.identity}", "core", credential.hourly_limit)
        if not self.budgets.spend(purse, 1):
            number = self.world.account(credential.login).database_id
            answer = Answer.error(403, f"API rate limit exceeded for user ID {number}.")
        else:
            request.points = 1
            with self.world.lock:
                answer = route(self, request, credential, parts)
        answer.headers.update(self.budgets.headers(purse, "core"))
        return answer

    def signs_in_as_app(self, request: Request) -> bool:
        return (request.token or "").count(".") == 2 and self.app_of(request) is not None

    def app_of(self, request: Request) -> App | None:
        return next((app for app in self.apps if request.token and app.signed(request.token)), None)

    def visible(self, credential: Credential | None, owner: str, name: str) -> Repository | None:
        key = f"{owner}/{name}".lower()
        home = self.world.repositories.get(key) or self.world.renames.get(key)
        if home is None or (credential is None and home.is_private) or (credential and not credential.sees(home)):
            return None
        return home


def _limits(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
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


def _user(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    if credential is None:
        return Answer.error(401, "Requires authentication")
    if credential.kind == INSTALLATION:
        return Answer.error(403, "Resource not accessible by integration")
    return Answer.json(payloads.account(door.world, door.world.account(credential.login)))


def _meta(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    facts: dict[str, Any] = {"verifiable_password_authentication": False}
    return Answer.json({**facts, **({"installed_version": "3.14.2"} if door.enterprise else {})})


def _app(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    app = door.app_of(request)
    if app is None:
        return Answer.error(401, "A JSON web token could not be decoded")
    return Answer.json(app.described())


def _installations(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    app = door.app_of(request)
    if app is None:
        return Answer.error(401, "A JSON web token could not be decoded")
    return Answer.json([app.installation(number) for number in app.installations])


def _installation(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    app = door.app_of(request)
    if app is None:
        return Answer.error(401, "A JSON web token could not be decoded")
    number = int(parts[0]) if parts[0].isdigit() else app.find(parts[0])
    if len(parts) > 1 and "/".join(parts).lower() not in (door.world.repositories | door.world.renames):
        number = None
    return Answer.error(404, "Not Found") if number not in app.installations else Answer.json(app.installation(number))


def _access_token(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    app = door.app_of(request)
    number = int(parts[0])
    if app is None or number not in app.installations:
        return Answer.error(401 if app is None else 404, "A JSON web token could not be decoded")
    token, until = f"ghs_{uuid4().hex}", door.tokens.now() + timedelta(hours=1)
    door.tokens.add(
        token, f"{app.slug}[bot]", kind=INSTALLATION, organization=app.installations[number], expires_at=until,
        identity=f"installation {number}", members="members" in app.permissions, checks="checks" in app.permissions,
        rollup="checks" in app.permissions,
    )  # fmt: skip
    return Answer.json(app.token_answer(token, until), 201)


def _accessible(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    if credential is None or credential.kind != INSTALLATION:
        return Answer.error(403, "You must authenticate with an installation access token")
    homes = [home for home in door.world.repositories.values() if credential.sees(home)]
    rows = [payloads.repository(door.world, home) for home in _page(request, homes)]
    return Answer.json({"total_count": len(homes), "repositories": rows})


def _repository(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    home = door.visible(credential, *parts)
    if home is None:
        return Answer.error(404, "Not Found")
    if home.name_with_owner.lower() != "/".join(parts).lower():
        url = f"{door.world.web_url}/repositories/{home.database_id}"
        return Answer.json({"message": "Moved Permanently", "url": url}, 301, {"Location": url})
    return Answer.json(payloads.repository(door.world, home))


def _repository_by_id(
    door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]
) -> Answer:
    number = int(parts[0])
    home = next((one for one in door.world.repositories.values() if one.database_id == number), None)
    if home is None or not (credential and credential.sees(home)):
        return Answer.error(404, "Not Found")
    return Answer.json(payloads.repository(door.world, home))


def _pulls(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    home = door.visible(credential, *parts)
    if home is None:
        return Answer.error(404, "Not Found")
    state = request.argument("state", "open")
    kept = [p for p in reversed(home.pulls.values()) if state == "all" or (p.state == "OPEN") == (state == "open")]
    return Answer.json([payloads.pull_request(door.world, pull) for pull in _page(request, kept)])


def _reviews(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    home = door.visible(credential, parts[0], parts[1])
    pull = home.pulls.get(int(parts[2])) if home else None
    if pull is None:
        return Answer.error(404, "Not Found")
    return Answer.json([payloads.review(door.world, pull, one) for one in _page(request, pull.reviews)])


def _page(request: Request, rows: list[Any]) -> list[Any]:
    size, number = min(100, int(request.argument("per_page", "30"))), int(request.argument("page", "1"))
    return rows[(number - 1) * size : number * size]


_NAME = r"([\w.-]+)"
_ROUTES: list[tuple[str, re.Pattern[str], Route]] = [
    (method, re.compile(pattern), route)
    for method, pattern, route in (
        ("GET", "/rate_limit", _limits),
        ("GET", "/user", _user),
        ("GET", "/meta", _meta),
        ("GET", "/app", _app),
        ("GET", "/app/installations", _installations),
        ("GET", r"/app/installations/(\d+)", _installation),
        ("POST", r"/app/installations/(\d+)/access_tokens", _access_token),
        ("GET", "/installation/repositories", _accessible),
        ("GET", f"/repos/{_NAME}/{_NAME}/installation", _installation),
        ("GET", f"/orgs/{_NAME}/installation", _installation),
        ("GET", f"/users/{_NAME}/installation", _installation),
        ("GET", f"/repos/{_NAME}/{_NAME}", _repository),
        ("GET", r"/repositories/(\d+)", _repository_by_id),
        ("GET", f"/repos/{_NAME}/{_NAME}/pulls", _pulls),
        ("GET", rf"/repos/{_NAME}/{_NAME}/pulls/(\d+)/reviews", _reviews),
    )
]
