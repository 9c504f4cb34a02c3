"""POST /graphql: parse and price (remembered per document), charge, execute, and answer as GitHub does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    execute_sync,
    parse,
    validate,
)

from monitor.demo.server.credentials import CLASSIC, AccessToken
from monitor.demo.server.graphql.context import Context
from monitor.demo.server.graphql.cost import Pricing, Quote
from monitor.demo.server.graphql.errors import Refused, formatted
from monitor.demo.server.graphql.schema import demo_schema
from monitor.demo.server.http import Request, Response
from monitor.demo.server.rate_limits import RateLimitWindow
from monitor.demo.server.services import Services
from monitor.demo.server.timestamps import timestamp

_UNKNOWN_FIELD = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")
_UNKNOWN_TYPE = re.compile(r"Unknown type '(\w+)'")


@dataclass(slots=True)
class Prepared:
    document: DocumentNode | None
    pricing: Pricing | None
    errors: list[dict[str, Any]]
    dry: bool = False


@lru_cache(maxsize=256)
def prepare(query: str, enterprise: bool, lacks: frozenset[str]) -> Prepared:
    """Parse and validate once per text."""
    schema = demo_schema(enterprise=enterprise, lacks=lacks)
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        return Prepared(None, None, [formatted(error)])
    if errors := validate(schema, document):
        return Prepared(None, None, [_invalid(error) for error in errors])
    return Prepared(document, Pricing(schema, document), [], "dryRun:true" in query.replace(" ", ""))


def _invalid(error: GraphQLError) -> dict[str, Any]:
    """A validation error as GitHub words it; clients look more closely at an unknown field or type."""
    if no_type := _UNKNOWN_TYPE.match(error.message):
        extensions = {"code": "undefinedType", "typeName": no_type[1]}
        message = f"No such type {no_type[1]}, so it can't be a fragment condition"
        return {**formatted(error), "path": ["query"], "extensions": extensions, "message": message}
    unknown = _UNKNOWN_FIELD.match(error.message)
    if unknown is None:
        return {**formatted(error), "extensions": {"code": "argumentLiteralsIncompatible"}}
    field, kind = unknown.groups()
    extensions = {"code": "undefinedField", "typeName": kind, "fieldName": field}
    message = f"Field '{field}' doesn't exist on type '{kind}'"
    return {**formatted(error), "path": ["query", field], "extensions": extensions, "message": message}


class GraphQLEndpoint:
    """Answers queries from the world; an Enterprise Server is an older one, without rate limits."""

    def __init__(self, services: Services) -> None:
        self.world, self.rate_limits, self.enterprise = services.world, services.rate_limits, services.enterprise
        self.lacks = services.lacks
        self.schema: GraphQLSchema = demo_schema(enterprise=services.enterprise, lacks=services.lacks)

    def respond(self, request: Request, credential: AccessToken) -> Response:
        prepared = prepare(request.query or "", self.enterprise, self.lacks)
        if prepared.document is None or prepared.pricing is None:
            return Response.json({"errors": prepared.errors})
        limit = self.rate_limits.of(credential.identity, "graphql", credential.hourly_limit)
        try:
            quote = self._quote(prepared.pricing, request, credential)
        except Refused as refusal:
            return Response.json({"data": None, "errors": [refusal.answer()]}, headers=self._headers(limit))
        if prepared.dry:
            priced = {**_rate_limit(quote, limit), "resetAt": timestamp(limit.reset_at)}
            return Response.json({"data": {"rateLimit": priced}}, headers=self._headers(limit))
        if not self.enterprise and not self.rate_limits.spend(limit, quote.points):
            return self._limited(credential)
        request.points = quote.points
        payload = self._execute(prepared.document, request, credential, quote, limit)
        return Response.json(payload, headers=self._headers(limit))

    def _limited(self, credential: AccessToken) -> Response:
        """The primary limit is used up: an error in a 200."""
        number = self.world.account(credential.login).database_id
        limit = self.rate_limits.of(credential.identity, "graphql", credential.hourly_limit)
        error = {"type": "RATE_LIMITED", "message": f"API rate limit exceeded for user ID {number}."}
        return Response.json({"errors": [error]}, headers=self._headers(limit))

    def _quote(self, pricing: Pricing, request: Request, credential: AccessToken) -> Quote:
        quote = pricing.quote(request.variables)
        if credential.kind == CLASSIC and "Team" in quote.types and not credential.reads_teams():
            raise Refused(
                "INSUFFICIENT_SCOPES",
                "Your token has not been granted the required scopes to execute this query. The 'slug' field requires "
                f"one of the following scopes: ['read:org', 'read:discussion'], but your token has only been granted "
                f"the: {sorted(credential.scopes)} scopes. Please modify your token's scopes at: "
                "https://github.com/settings/tokens.",
            )
        return quote

    def _execute(
        self, document: DocumentNode, request: Request, credential: AccessToken, quote: Quote, limit: RateLimitWindow
    ) -> dict[str, Any]:
        context = Context(self.world, credential, None if self.enterprise else _rate_limit(quote, limit))
        with self.world.lock:
            result: ExecutionResult = execute_sync(
                self.schema, document, context_value=context, variable_values=request.variables
            )
        errors = [formatted(error) for error in result.errors or ()]
        return {"data": result.data, **({"errors": errors} if errors else {})}

    def _headers(self, limit: RateLimitWindow) -> dict[str, str]:
        return {} if self.enterprise else self.rate_limits.headers(limit, "graphql")


def _rate_limit(quote: Quote, limit: RateLimitWindow) -> dict[str, Any]:
    return {
        "cost": quote.points,
        "nodeCount": quote.nodes,
        "limit": limit.limit,
        "remaining": limit.remaining,
        "used": limit.used,
        "resetAt": limit.reset_at,
    }
