"""Sends the queries of one client call in the dialect that GitHub understands, and adds up their cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.github.answers import QueryCost
from monitor.github.connection import Connection
from monitor.github.dialect import Dialect, dialect_cache
from monitor.github.errors import Forbidden, GitHubError, QueryRejected
from monitor.github.response_reader import GraphQLResult

# A background task has 50 seconds. A call that needs many queries ends long before that; the next task continues.
LONGEST_SECONDS = 15


class QuerySession:
    """The queries of one client call. `cost` is their total cost, also if the call ends with an error."""

    def __init__(self, connection: Connection, identity: str) -> None:
        self._connection, self._identity = connection, identity
        self.cost = QueryCost()

    @property
    def took_long(self) -> bool:
        """Whether GitHub has taken so much time that the rest must wait for another call."""
        return self.cost.seconds > LONGEST_SECONDS

    def query(self, document: str, variables: dict[str, Any]) -> GraphQLResult:
        """Sends one query. The `cost` of an error is the cost of the whole call."""
        try:
            result = self._connection.graphql(document, variables)
        except GitHubError as error:
            self.cost = error.cost = self.cost.plus(error.cost or QueryCost())
            raise
        self.cost = self.cost.plus(result.cost)
        return result

    def query_in_dialect(self, write: Callable[[Dialect], str], variables: dict[str, Any]) -> GraphQLResult:
        """Sends one query in the identity's dialect.

        If GitHub does not know or does not allow a field, this query and all later ones leave the field out.
        """
        where = self._connection.base_url, self._identity
        dialect = dialect_cache.of(*where)
        while True:
            try:
                return self.query(write(dialect), variables)
            except (QueryRejected, Forbidden) as error:
                narrower = dialect.narrowed(error.problems)
                if narrower is None:
                    raise
                dialect = narrower
                dialect_cache.learn(*where, dialect)
