"""The demo GitHub with all that a test wants to see and to order."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any

from monitor.demo import DemoServer, World
from monitor.demo.server.http import Request, Respond, Response
from tests.demo_github.faults import Faults
from tests.demo_github.rest import LISTS
from tests.demo_github.webhooks import Hook


class DemoGitHub(DemoServer):
    """`log` keeps the last requests; `faults` are met by the next fitting ones, and also move the clock."""

    def __init__(self, world: World | None = None, *, log_size: int = 5000, **options: Any) -> None:
        self.faults = Faults()
        self.log: deque[Request] = deque(maxlen=log_size)
        self.hooks: list[Hook] = []
        super().__init__(world, middleware=[self._logged, self._faulty], routes=LISTS, **options)

    def now(self) -> datetime:
        """GitHub's clock: the world's, and how far a test has moved it."""
        return super().now() + self.faults.clock_offset

    def close(self) -> None:
        self.faults.clear()
        super().close()
        for hook in self.hooks:
            hook.close()

    def asked(self, operation: str) -> list[Request]:
        """The logged requests of one operation (or REST route), oldest first."""
        return [one for one in list(self.log) if operation in (one.operation, one.route)]

    def add_hook(self, url: str, secret: str, *, form: bool = False) -> Hook:
        """Deliver what happens in the world to `url`, signed, in order, from a thread of its own."""
        hook = Hook(self.world, url, secret, form=form)
        self.hooks.append(hook)
        return hook

    def exhaust(self, token: str = "demo", *, resource: str = "graphql", leave: int = 0, status: int = 200) -> None:
        """Use up the primary limit of the token's identity until its reset (move the clock to get there).

        GraphQL then answers 200 with a RATE_LIMITED error, or with `status` 403.
        """
        credential = self.tokens.by_token[token]
        limit = self.rate_limits.of(credential.identity, resource, credential.hourly_limit)
        limit.used = limit.limit - leave
        if status != 200:
            self.faults.rate_limited_status(status)

    def _logged(self, respond: Respond) -> Respond:
        def logged(request: Request) -> Response:
            response = respond(request)
            self.log.append(request)
            return response

        return logged

    def _faulty(self, respond: Respond) -> Respond:
        """Waits where a fault holds the request, then responds as the faults will have it."""

        def faulty(request: Request) -> Response:
            met = self.faults.meet(request)
            for fault in met:
                if fault.gate is not None:
                    fault.gate.wait()
            for fault in met:
                self._charge(request, fault.points)
                if fault.instead is not None:
                    return fault.instead(request)
            response = respond(request)
            for fault in met:
                response = fault.alter(response) if fault.alter else response
            return response

        return faulty

    def _charge(self, request: Request, points: int) -> None:
        credential = self.tokens.find(request.token)
        if points and credential is not None:
            limit = self.rate_limits.of(credential.identity, "graphql", credential.hourly_limit)
            self.rate_limits.spend(limit, points)
            request.points += points
