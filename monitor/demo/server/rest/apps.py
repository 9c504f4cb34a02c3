"""REST of GitHub Apps: who the App is, where it is installed, and tokens for an installation.

https://docs.github.com/en/rest/apps/apps
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from monitor.demo.server.apps import App
from monitor.demo.server.credentials import INSTALLATION
from monitor.demo.server.http import Response
from monitor.demo.server.rest import payloads
from monitor.demo.server.rest.call import Call
from monitor.demo.server.rest.pagination import paginated


def not_an_app() -> Response:
    return Response.error(401, "A JSON web token could not be decoded")


def app(call: Call) -> Response:
    app = call.app
    return not_an_app() if app is None else Response.json(app.described())


def installations(call: Call) -> Response:
    app = call.app
    if app is None:
        return not_an_app()
    return Response.json([app.installation(number) for number in app.installations])


def installation(call: Call) -> Response:
    app = call.app
    if app is None:
        return not_an_app()
    number = _installation_at(call, app)
    if number is None or number not in app.installations:
        return Response.error(404, "Not Found")
    return Response.json(app.installation(number))


def _installation_at(call: Call, app: App) -> int | None:
    """The installation by number, by the account it is on, or by the account that owns a repository today."""
    if call.request.route.startswith("/app/"):
        return int(call.parts[0])
    if len(call.parts) == 1:
        return app.find(call.parts[0])
    repository = call.services.world.find_repository("/".join(call.parts))
    return None if repository is None or repository.deleted else app.find(repository.owner.login)


def access_token(call: Call) -> Response:
    app, tokens = call.app, call.services.tokens
    number = int(call.parts[0])
    if app is None:
        return not_an_app()
    if number not in app.installations:
        return Response.error(404, "Not Found")
    token, until = f"ghs_{uuid4().hex}", call.services.now() + timedelta(hours=1)
    tokens.add(
        token, f"{app.slug}[bot]", kind=INSTALLATION, organization=app.installations[number], expires_at=until,
        identity=f"installation {number}", members="members" in app.permissions, checks="checks" in app.permissions,
        rollup="checks" in app.permissions,
    )  # fmt: skip
    return Response.json(app.token_answer(token, until), 201)


def accessible(call: Call) -> Response:
    credential, world = call.credential, call.services.world
    if credential is None or credential.kind != INSTALLATION:
        return Response.error(403, "You must authenticate with an installation access token")
    visible = [repository for repository in world.repositories.values() if credential.sees(repository)]
    rows = [payloads.repository(world, repository) for repository in paginated(call.request, visible)]
    return Response.json({"total_count": len(visible), "repositories": rows})
