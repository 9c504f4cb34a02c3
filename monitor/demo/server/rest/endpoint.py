"""The REST API: finds the view of a request, and counts each request against the core limit."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.demo.server.credentials import AccessToken
from monitor.demo.server.http import Request, Response
from monitor.demo.server.rest import account
from monitor.demo.server.rest.call import Call
from monitor.demo.server.rest.routes import Route
from monitor.demo.server.services import Services


class RestEndpoint:
    """Answers REST requests by the first fitting route."""

    def __init__(self, services: Services, routes: Sequence[Route]) -> None:
        self.services, self.routes = services, routes

    def respond(self, request: Request, credential: AccessToken | None) -> Response:
        for route in self.routes:
            if request.method == route.method and (match := route.pattern.fullmatch(request.route)):
                return self._counted(route, Call(self.services, request, credential, match.groups()))
        return Response.error(404, "Not Found")

    def _counted(self, route: Route, call: Call) -> Response:
        world, limits, credential = self.services.world, self.services.rate_limits, call.credential
        if credential is None or self.services.enterprise or route.view is account.rate_limit:
            return route.view(call)
        limit = limits.of(credential.identity, "core", credential.hourly_limit)
        if not limits.spend(limit, 1):
            number = world.account(credential.login).database_id
            response = Response.error(403, f"API rate limit exceeded for user ID {number}.")
        else:
            call.request.points = 1
            with world.lock:
                response = route.view(call)
        response.headers.update(limits.headers(limit, "core"))
        return response

    def signs_in_as_app(self, request: Request) -> bool:
        """Whether the token is no stored one but a web token that an App has signed."""
        return (request.token or "").count(".") == 2 and Call(self.services, request).app is not None
