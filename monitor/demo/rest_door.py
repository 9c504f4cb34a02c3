"""The little REST that a watcher needs: who am I, limits, App sign-in, a repository, and the lists a naive poller reads."""

from __future__ import annotations

import re
from collections.abc import Callable

from monitor.demo import rest_account, rest_app, rest_repository
from monitor.demo.app import App
from monitor.demo.budgets import Budgets
from monitor.demo.credentials import Credential
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
        if credential is None or self.enterprise or route is rest_account.limits:
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


_NAME = r"([\w.-]+)"
_ROUTES: list[tuple[str, re.Pattern[str], Route]] = [
    (method, re.compile(pattern), route)
    for method, pattern, route in (
        ("GET", "/rate_limit", rest_account.limits),
        ("GET", "/user", rest_account.user),
        ("GET", f"/user/memberships/orgs/{_NAME}", rest_account.membership),
        ("GET", "/meta", rest_account.meta),
        ("GET", "/app", rest_app.app),
        ("GET", "/app/installations", rest_app.installations),
        ("GET", r"/app/installations/(\d+)", rest_app.installation),
        ("POST", r"/app/installations/(\d+)/access_tokens", rest_app.access_token),
        ("GET", "/installation/repositories", rest_app.accessible),
        ("GET", f"/repos/{_NAME}/{_NAME}/installation", rest_app.installation),
        ("GET", f"/orgs/{_NAME}/installation", rest_app.installation),
        ("GET", f"/users/{_NAME}/installation", rest_app.installation),
        ("GET", f"/repos/{_NAME}/{_NAME}", rest_repository.repository),
        ("GET", r"/repositories/(\d+)", rest_repository.repository_by_id),
        ("GET", f"/repos/{_NAME}/{_NAME}/pulls", rest_repository.pulls),
        ("GET", rf"/repos/{_NAME}/{_NAME}/pulls/(\d+)/reviews", rest_repository.reviews),
    )
]
