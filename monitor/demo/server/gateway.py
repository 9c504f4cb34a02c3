"""What every request passes: reading, the token, the middleware, and the headers GitHub puts on every response."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from uuid import uuid4

from monitor.demo.server.credentials import CLASSIC, FINE_GRAINED, AccessToken
from monitor.demo.server.graphql.endpoint import GraphQLEndpoint
from monitor.demo.server.http import Middleware, Request, Respond, Response
from monitor.demo.server.oauth import PREFIX, OAuth
from monitor.demo.server.pages import page
from monitor.demo.server.rest.endpoint import RestEndpoint
from monitor.demo.server.services import Services

_OPERATION = re.compile(r"\b(?:query|mutation)\s+(\w+)")


class Gateway:
    """Hands a request to the part of the server that it is for; links of a browser lead to pages."""

    def __init__(
        self, services: Services, oauth: OAuth, graphql: GraphQLEndpoint, rest: RestEndpoint,
        middleware: Sequence[Middleware],
    ) -> None:  # fmt: skip
        self.services, self.oauth, self.graphql, self.rest = services, oauth, graphql, rest
        self._through_middleware: Respond = self._dispatch
        for one in reversed(middleware):
            self._through_middleware = one(self._through_middleware)

    def respond(self, request: Request) -> Response:
        if request.method == "GET" and not request.headers.get("authorization"):
            shown = page(self.services.world, request.route)
            if shown is not None:
                return shown
        _read(request)
        response = self._through_middleware(request)
        self._add_headers(response, self.services.tokens.find(request.token))
        return response

    def _dispatch(self, request: Request) -> Response:
        credential = self.services.tokens.find(request.token)
        if request.route.startswith(PREFIX):
            return self.oauth.respond(request)
        if request.token is not None and credential is None and not self.rest.signs_in_as_app(request):
            return Response.error(401, "Bad credentials")
        if not request.is_graphql:
            return self.rest.respond(request, credential)
        if credential is None:
            return Response.error(401, "This endpoint requires you to be authenticated.")
        if request.method != "POST" or request.query is None:
            return Response.error(400, "Problems parsing JSON")
        return self.graphql.respond(request, credential)

    def _add_headers(self, response: Response, credential: AccessToken | None) -> None:
        headers = response.headers
        headers.setdefault("X-GitHub-Request-Id", uuid4().hex[:20].upper())
        headers.setdefault("X-GitHub-Media-Type", "github.v3; format=json")
        if self.services.enterprise:
            headers.setdefault("X-GitHub-Enterprise-Version", "3.14.2")
        if credential is not None and credential.kind == CLASSIC:
            headers.setdefault("X-OAuth-Scopes", ", ".join(sorted(credential.scopes)))
            headers.setdefault("X-Accepted-OAuth-Scopes", "repo")
        if credential is not None and credential.kind == FINE_GRAINED and credential.expires_at is not None:
            until = credential.expires_at.strftime("%Y-%m-%d %H:%M:%S UTC")
            headers.setdefault("GitHub-Authentication-Token-Expiration", until)


def _read(request: Request) -> None:
    """Fill in what the Authorization header and a GraphQL body say; without a readable body `query` stays None."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    request.token = token.strip() if kind.lower() in ("bearer", "token") and token.strip() else None
    if not request.is_graphql:
        return
    try:
        body = json.loads(request.body)
        query, variables = sys.intern(str(body["query"])), dict(body.get("variables") or {})
    except (ValueError, KeyError, TypeError):
        return
    finally:
        request.body = b""
    request.query, request.variables = query, variables
    named = _OPERATION.search(query)
    request.operation = named[1] if named else None
