"""The demo GitHub on a port of this machine: HTTP/1.1 with keep-alive, GraphQL, a little REST, pages for links."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from threading import Thread
from typing import Any

from monitor.demo.app import App
from monitor.demo.budgets import Budgets
from monitor.demo.credentials import Credential
from monitor.demo.exchange import Answer, Request
from monitor.demo.faults import Faults
from monitor.demo.front_door import FrontDoor
from monitor.demo.graphql_door import GraphQLDoor
from monitor.demo.listener import Listener
from monitor.demo.oauth import OAuthApp, OAuthDoor
from monitor.demo.rest_door import RestDoor
from monitor.demo.tokens import Tokens
from monitor.demo.webhooks import Hook
from monitor.demo.world import World


class DemoGitHub:
    """A GitHub to talk to at `url`; a context manager. `port` 0 takes a free one; `log` keeps the last requests.

    `enterprise` makes it an Enterprise Server: its `url` ends in /api/v3, there are no rate limits, and pull requests
    have neither `statusCheckRollup` nor `totalCommentsCount`.
    """

    def __init__(
        self, world: World | None = None, *, port: int = 0, host: str = "127.0.0.1", enterprise: bool = False,
        viewer: str = "plover", log_size: int = 5000,
    ) -> None:  # fmt: skip
        self.world = world or World()
        self.host, self.port, self.enterprise = host, port, enterprise
        self.faults = Faults()
        self.log: deque[Request] = deque(maxlen=log_size)
        self.budgets = Budgets(self.now)
        self.tokens = Tokens(self.world, self.now)
        self.tokens.add("demo", viewer)
        self.apps: list[App] = []
        self.oauth = OAuthDoor(self.tokens, viewer)
        self.hooks: list[Hook] = []
        self._graphql = GraphQLDoor(self.world, self.budgets, enterprise=enterprise)
        self._rest = RestDoor(self.world, self.budgets, self.tokens, self.apps, enterprise=enterprise)
        self._front = FrontDoor(self)
        self._server: Listener | None = None

    def now(self) -> datetime:
        """GitHub's clock: the world's, and how far a test has moved it."""
        return self.world.now() + self.faults.clock_offset

    @property
    def web_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The base of the API, for GITHUB_API_URL."""
        return f"{self.web_url}/api/v3" if self.enterprise else self.web_url

    def start(self) -> DemoGitHub:
        """Listen; again on the same port after `stop()`."""
        self._server = Listener((self.host, self.port), self)
        self.port = self._server.server_address[1]
        self.world.web_url = self.web_url
        Thread(target=self._server.serve_forever, args=(0.05,), name="demo-github", daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and cut every open connection: GitHub is down."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.hang_up()

    def close(self) -> None:
        self.faults.clear()
        self.stop()
        for hook in self.hooks:
            hook.close()

    def __enter__(self) -> DemoGitHub:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def add_token(self, token: str, login: str, **grants: Any) -> Credential:
        """Another token; the grants are the fields of `Credential` (kind, scopes, repositories, checks…)."""
        return self.tokens.add(token, login, **grants)

    def add_app(self, app: App) -> App:
        """A GitHub App that may sign in with its key."""
        self.apps.append(app)
        return app

    def add_oauth_app(self, app: OAuthApp) -> OAuthApp:
        """An OAuth app that people may sign in with; `oauth.viewer` is who they are."""
        self.oauth.apps[app.client_id] = app
        return app

    def add_hook(self, url: str, secret: str, *, form: bool = False) -> Hook:
        """Deliver what happens in the world to `url`, signed, in order, from a thread of its own."""
        hook = Hook(self.world, url, secret, form=form)
        self.hooks.append(hook)
        return hook

    def exhaust(self, token: str = "demo", *, resource: str = "graphql", leave: int = 0, status: int = 200) -> None:  # noqa: S107
        """Use up the primary limit of the token's identity until its reset (move the clock to get there).

        GraphQL then answers 200 with a RATE_LIMITED error, or with `status` 403.
        """
        self._graphql.limited_status = status
        credential = self.tokens.by_token[token]
        purse = self.budgets.purse(credential.identity, resource, credential.hourly_limit)
        purse.used = purse.limit - leave

    def asked(self, operation: str) -> list[Request]:
        """The logged requests of one operation (or REST route), oldest first."""
        return [one for one in list(self.log) if operation in (one.operation, one.route)]

    def answer(self, request: Request) -> Answer:
        return self._front.answer(request, self._graphql, self._rest)
