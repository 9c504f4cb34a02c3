"""One call of the client: its requests in the right dialect, and what they cost together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.github.answers import Cost
from monitor.github.connection import Connection
from monitor.github.dialect import Dialect, dialects
from monitor.github.errors import Forbidden, GitHubError, Refused
from monitor.github.replies import Reply

# A task of the background has 50 seconds; whoever asks for much has to be done long before, and comes again.
LONGEST_SECONDS = 15


class Call:
    """One call of the client: its requests, and what they cost together, however the call ends."""

    def __init__(self, connection: Connection, identity: str) -> None:
        self._connection, self._identity = connection, identity
        self.cost = Cost()

    @property
    def took_long(self) -> bool:
        """Whether GitHub has spent so much time on it that what is not read by now is for another call."""
        return self.cost.seconds > LONGEST_SECONDS

    def ask(self, document: str, variables: dict[str, Any]) -> Reply:
        """One query. The `cost` of an error is that of the whole call."""
        try:
            reply = self._connection.graphql(document, variables)
        except GitHubError as error:
            self.cost = error.cost = self.cost.plus(error.cost or Cost())
            raise
        self.cost = self.cost.plus(reply.cost)
        return reply

    def speak(self, write: Callable[[Dialect], str], variables: dict[str, Any]) -> Reply:
        """One query in the identity's dialect. What GitHub does not understand or grant is left out from then on."""
        where = self._connection.base_url, self._identity
        dialect = dialects.of(*where)
        while True:
            try:
                return self.ask(write(dialect), variables)
            except (Refused, Forbidden) as error:
                narrower = dialect.narrowed(error.problems)
                if narrower is None:
                    raise
                dialect = narrower
                dialects.learn(*where, dialect)
