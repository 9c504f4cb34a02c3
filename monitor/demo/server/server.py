"""The demo GitHub on a port of this machine: HTTP/1.1 with keep-alive, GraphQL, a little REST, pages for links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Thread
from typing import Any, Self

from monitor.demo.server.apps import App
from monitor.demo.server.credentials import AccessToken
from monitor.demo.server.gateway import Gateway
from monitor.demo.server.graphql.endpoint import GraphQLEndpoint
from monitor.demo.server.http import Middleware
from monitor.demo.server.listener import Listener
from monitor.demo.server.oauth import OAuth, OAuthApp
from monitor.demo.server.rest.endpoint import RestEndpoint
from monitor.demo.server.rest.routes import ROUTES, Route
from monitor.demo.server.services import Services
from monitor.demo.world.world import World


class DemoServer:
    """A GitHub to talk to at `url`; a context manager. `port` 0 takes a free one.

    `viewer` is whom the token `demo` belongs to. `enterprise` makes it an Enterprise Server: its `url` ends in /api/v3,
    there are no rate limits, and pull requests have neither `statusCheckRollup` nor `totalCommentsCount`. `lacks` names
    further types (`MergeQueueEntry`) and fields (`PullRequest.reviewDecision`) that its GraphQL does not have.
    `routes` are more of the REST API, and `middleware` sees every call of the API, the first outermost.
    """

    def __init__(
        self, world: World | None = None, *, port: int = 0, host: str = "127.0.0.1", enterprise: bool = False,
        lacks: Iterable[str] = (), viewer: str = "plover", routes: Sequence[Route] = (), middleware: Sequence[Middleware] = (),
    ) -> None:  # fmt: skip
        self.world = world or World()
        self.host, self.port, self.enterprise = host, port, enterprise
        services = Services(self.world, self.now, enterprise, frozenset(lacks))
        self.tokens, self.rate_limits, self.apps = services.tokens, services.rate_limits, services.apps
        self.tokens.add("demo", viewer)
        self.oauth = OAuth(self.tokens, viewer)
        graphql, rest = GraphQLEndpoint(services), RestEndpoint(services, [*ROUTES, *routes])
        self._gateway = Gateway(services, self.oauth, graphql, rest, middleware)
        self._listener: Listener | None = None

    def now(self) -> datetime:
        """GitHub's clock: the world's."""
        return self.world.now()

    @property
    def web_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The base of the API, for GITHUB_API_URL."""
        return f"{self.web_url}/api/v3" if self.enterprise else self.web_url

    def start(self) -> Self:
        """Listen; again on the same port after `stop()`."""
        self._listener = Listener((self.host, self.port), self._gateway.respond, self.now)
        self.port = self._listener.server_address[1]
        self.world.web_url = self.web_url
        Thread(target=self._listener.serve_forever, args=(0.005,), name="demo-github", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and cut every open connection: GitHub is down."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown()
            listener.server_close()
            listener.hang_up()

    def close(self) -> None:
        self.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def add_token(self, token: str, login: str, **grants: Any) -> AccessToken:
        """Another token; the grants are the fields of `AccessToken` (kind, scopes, repositories, checks…)."""
        return self.tokens.add(token, login, **grants)

    def add_app(self, app: App) -> App:
        """A GitHub App that may sign in with its key."""
        self.apps.append(app)
        return app

    def add_oauth_app(self, app: OAuthApp) -> OAuthApp:
        """An OAuth app that people may sign in with; `oauth.viewer` is who they are."""
        self.oauth.apps[app.client_id] = app
        return app
