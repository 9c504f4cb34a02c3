"""POST /graphql: parse and price (remembered per document), charge, execute, and answer as GitHub does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, GraphQLSyntaxError, execute_sync, parse
from graphql import validate as check

from monitor.demo.budgets import Budgets, Purse
from monitor.demo.cost import Pricing, Quote
from monitor.demo.credentials import CLASSIC, Credential
from monitor.demo.errors import Refused, formatted
from monitor.demo.exchange import Answer, Request
from monitor.demo.schema import demo_schema, instant
from monitor.demo.viewer import Viewer
from monitor.demo.world import World

_UNKNOWN = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")


@dataclass(slots=True)
class Prepared:
    document: DocumentNode | None
    pricing: Pricing | None
    errors: list[dict[str, Any]]
    dry: bool = False


@lru_cache(maxsize=256)
def prepare(query: str, enterprise: bool) -> Prepared:
    """Parse and validate once per text."""
    schema = demo_schema(enterprise=enterprise)
    try:
        document = parse(query)
    except GraphQLSyntaxError as error:
        return Prepared(None, None, [formatted(error)])
    if errors := check(schema, document):
        return Prepared(None, None, [_invalid(error) for error in errors])
    return Prepared(document, Pricing(schema, document), [], "dryRun:true" in query.replace(" ", ""))


def _invalid(error: GraphQLError) -> dict[str, Any]:
    """A validation error as GitHub words it; an unknown field is the one that clients look at more closely."""
    unknown = _UNKNOWN.match(error.message)
    if unknown is None:
        return {**formatted(error), "extensions": {"code": "argumentLiteralsIncompatible"}}
    field, kind = unknown.groups()
    extensions = {"code": "undefinedField", "typeName": kind, "fieldName": field}
    message = f"Field '{field}' doesn't exist on type '{kind}'"
    return {**formatted(error), "path": ["query", field], "extensions": extensions, "message": message}


class GraphQLDoor:
    """Answers queries from the world; `enterprise` serves an older Enterprise Server without rate limits."""

    def __init__(self, world: World, budgets: Budgets, *, enterprise: bool = False) -> None:
        self.world, self.budgets, self.enterprise = world, budgets, enterprise
        self.limited_status = 200
        self.schema: GraphQLSchema = demo_schema(enterprise=enterprise)

    def answer(self, request: Request, credential: Credential) -> Answer:
        prepared = prepare(request.query, self.enterprise)
        if prepared.document is None or prepared.pricing is None:
            return Answer.json({"errors": prepared.errors})
        purse = self.budgets.purse(credential.identity, "graphql", credential.hourly_limit)
        try:
            quote = self._quote(prepared.pricing, request, credential)
        except Refused as refusal:
            return Answer.json({"data": None, "errors": [refusal.answer()]}, headers=self._headers(purse))
        if prepared.dry:
            priced = {**_rate_limit(quote, purse), "resetAt": instant(purse.reset_at)}
            return Answer.json({"data": {"rateLimit": priced}}, headers=self._headers(purse))
        if not self.enterprise and not self.budgets.spend(purse, quote.points):
            return self.limited(credential)
        request.points = quote.points
        payload = self._execute(prepared.document, request, credential, quote, purse)
        return Answer.json(payload, headers=self._headers(purse))

    def limited(self, credential: Credential) -> Answer:
        """The primary limit is used up: an error in a 200, or a plain 403."""
        number = self.world.account(credential.login).database_id
        purse = self.budgets.purse(credential.identity, "graphql", credential.hourly_limit)
        error = {"type": "RATE_LIMITED", "message": f"API rate limit exceeded for user ID {number}."}
        if self.limited_status != 200:
            return Answer.json({"message": error["message"]}, self.limited_status, self._headers(purse))
        return Answer.json({"errors": [error]}, headers=self._headers(purse))

    def _quote(self, pricing: Pricing, request: Request, credential: Credential) -> Quote:
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
        self, document: DocumentNode, request: Request, credential: Credential, quote: Quote, purse: Purse
    ) -> dict[str, Any]:
        viewer = Viewer(self.world, credential, None if self.enterprise else _rate_limit(quote, purse))
        with self.world.lock:
            result: ExecutionResult = execute_sync(
                self.schema, document, context_value=viewer, variable_values=request.variables
            )
        errors = [formatted(error) for error in result.errors or ()]
        return {"data": result.data, **({"errors": errors} if errors else {})}

    def _headers(self, purse: Purse) -> dict[str, str]:
        return {} if self.enterprise else self.budgets.headers(purse, "graphql")


def _rate_limit(quote: Quote, purse: Purse) -> dict[str, Any]:
    return {
        "cost": quote.points,
        "nodeCount": quote.nodes,
        "limit": purse.limit,
        "remaining": purse.remaining,
        "used": purse.used,
        "resetAt": purse.reset_at,
    }
