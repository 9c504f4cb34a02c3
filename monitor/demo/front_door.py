"""What every request passes: sign-in, faults, the log, and the headers GitHub puts on every answer."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING
from uuid import uuid4

from monitor.demo import oauth
from monitor.demo.credentials import CLASSIC, FINE_GRAINED, Credential
from monitor.demo.exchange import Answer, Request
from monitor.demo.faults import Fault
from monitor.demo.graphql_door import GraphQLDoor
from monitor.demo.pages import page
from monitor.demo.rest_door import RestDoor

if TYPE_CHECKING:
    from monitor.demo.server import DemoGitHub

_OPERATION = re.compile(r"\b(?:query|mutation)\s+(\w+)")


class FrontDoor:
    """Hands a request to the door it is for."""

    def __init__(self, github: DemoGitHub) -> None:
        self.github = github

    def answer(self, request: Request, graphql: GraphQLDoor, rest: RestDoor) -> Answer:
        if request.method == "GET" and not request.headers.get("authorization"):
            shown = page(self.github.world, request.route)
            if shown is not None:
                return shown
        readable = self._read(request)
        met = self.github.faults.meet(request)
        request.fault = ", ".join(fault.name for fault in met) or None
        for fault in met:
            if fault.gate is not None:
                fault.gate.wait()
        credential = self.github.tokens.find(request.token)  # after the wait: a token may be revoked meanwhile
        request.login = credential.login if credential else None
        answer = self._spoilt(request, met, credential)
        if answer is None:
            answer = self._true(request, readable, credential, graphql, rest)
            for fault in met:
                answer = fault.alter(answer) if fault.alter else answer
        return self._close(request, answer, credential)

    def _read(self, request: Request) -> bool:
        """Fill in what the body and the Authorization header say; False when a GraphQL body cannot be read."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        request.token = token.strip() if kind.lower() in ("bearer", "token") and token.strip() else None
        if not request.is_graphql:
            return True
        try:
            body = json.loads(request.body)
            request.query, request.variables = sys.intern(str(body["query"])), dict(body.get("variables") or {})
        except (ValueError, KeyError, TypeError):
            return False
        finally:
            request.body = b""
        named = _OPERATION.search(request.query)
        request.operation = named[1] if named else None
        return True

    def _spoilt(self, request: Request, met: list[Fault], credential: Credential | None) -> Answer | None:
        for fault in met:
            if fault.points and credential is not None:
                purse = self.github.budgets.purse(credential.identity, "graphql", credential.hourly_limit)
                self.github.budgets.spend(purse, fault.points)
                request.points += fault.points
            if fault.instead is not None:
                return fault.instead(request)
        return None

    def _true(
        self, request: Request, readable: bool, credential: Credential | None, graphql: GraphQLDoor, rest: RestDoor
    ) -> Answer:
        if request.route.startswith(oauth.PREFIX):
            return self.github.oauth.answer(request)
        if request.token is not None and credential is None and not rest.signs_in_as_app(request):
            return Answer.error(401, "Bad credentials")
        if not request.is_graphql:
            return rest.answer(request, credential)
        if credential is None:
            return Answer.error(401, "This endpoint requires you to be authenticated.")
        if request.method != "POST" or not readable:
            return Answer.error(400, "Problems parsing JSON")
        return graphql.answer(request, credential)

    def _close(self, request: Request, answer: Answer, credential: Credential | None) -> Answer:
        answer.headers.setdefault("X-GitHub-Request-Id", uuid4().hex[:20].upper())
        answer.headers.setdefault("X-GitHub-Media-Type", "github.v3; format=json")
        if self.github.enterprise:
            answer.headers.setdefault("X-GitHub-Enterprise-Version", "3.14.2")
        if credential is not None and credential.kind == CLASSIC:
            answer.headers.setdefault("X-OAuth-Scopes", ", ".join(sorted(credential.scopes)))
            answer.headers.setdefault("X-Accepted-OAuth-Scopes", "repo")
        if credential is not None and credential.kind == FINE_GRAINED and credential.expires_at is not None:
            until = credential.expires_at.strftime("%Y-%m-%d %H:%M:%S UTC")
            answer.headers.setdefault("GitHub-Authentication-Token-Expiration", until)
        request.status = answer.status
        self.github.log.append(request)
        return answer
