"""One call of the REST API, as its view gets it."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.demo.server.apps import App
from monitor.demo.server.credentials import AccessToken
from monitor.demo.server.http import Request
from monitor.demo.server.services import Services
from monitor.demo.world.objects import Repository


@dataclass(frozen=True, slots=True)
class Call:
    """`parts` are the variable parts of the path; `credential` is None for a call without a token, or by an App."""

    services: Services
    request: Request
    credential: AccessToken | None = None
    parts: tuple[str, ...] = ()

    @property
    def app(self) -> App | None:
        """The App that signed the token."""
        token = self.request.token
        return next((app for app in self.services.apps if token and app.signed(token)), None)

    def visible(self, owner: str, name: str) -> Repository | None:
        """The repository of today's or a former name, if the caller may see it."""
        repository = self.services.world.find_repository(f"{owner}/{name}")
        if repository is None or (self.credential is None and repository.is_private):
            return None
        return None if self.credential and not self.credential.sees(repository) else repository
