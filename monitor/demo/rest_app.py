"""REST of GitHub Apps: who the App is, where it is installed, and tokens for an installation.

https://docs.github.com/en/rest/apps/apps
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from monitor.demo import payloads
from monitor.demo.credentials import INSTALLATION, Credential
from monitor.demo.exchange import Answer, Request
from monitor.demo.rest_repository import page_of

if TYPE_CHECKING:
    from monitor.demo.app import App
    from monitor.demo.rest_door import RestDoor


def not_an_app() -> Answer:
    return Answer.error(401, "A JSON web token could not be decoded")


def app(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    asking = door.app_of(request)
    return not_an_app() if asking is None else Answer.json(asking.described())


def installations(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    app = door.app_of(request)
    if app is None:
        return not_an_app()
    return Answer.json([app.installation(number) for number in app.installations])


def installation(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    app = door.app_of(request)
    if app is None:
        return not_an_app()
    number = _installation_at(door, app, request.route, parts)
    if number is None or number not in app.installations:
        return Answer.error(404, "Not Found")
    return Answer.json(app.installation(number))


def _installation_at(door: RestDoor, app: App, route: str, parts: tuple[str, ...]) -> int | None:
    """The installation by number, by the account it is on, or by the account that owns a repository today."""
    if route.startswith("/app/"):
        return int(parts[0])
    if len(parts) == 1:
        return app.find(parts[0])
    key = "/".join(parts).lower()
    home = door.world.repositories.get(key) or door.world.renames.get(key)
    return None if home is None or home.deleted else app.find(home.owner.login)


def access_token(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    app = door.app_of(request)
    number = int(parts[0])
    if app is None:
        return not_an_app()
    if number not in app.installations:
        return Answer.error(404, "Not Found")
    token, until = f"ghs_{uuid4().hex}", door.tokens.now() + timedelta(hours=1)
    door.tokens.add(
        token, f"{app.slug}[bot]", kind=INSTALLATION, organization=app.installations[number], expires_at=until,
        identity=f"installation {number}", members="members" in app.permissions, checks="checks" in app.permissions,
        rollup="checks" in app.permissions,
    )  # fmt: skip
    return Answer.json(app.token_answer(token, until), 201)


def accessible(door: RestDoor, request: Request, credential: Credential | None, parts: tuple[str, ...]) -> Answer:
    if credential is None or credential.kind != INSTALLATION:
        return Answer.error(403, "You must authenticate with an installation access token")
    homes = [home for home in door.world.repositories.values() if credential.sees(home)]
    rows = [payloads.repository(door.world, home) for home in page_of(request, homes)]
    return Answer.json({"total_count": len(homes), "repositories": rows})
