"""The one door to GitHub: what prmonitor asks, in batches, answered in its own values or with a typed error.

No call sleeps, repeats a request or waits longer than 15 seconds (or what `within` says) for an answer. Every answer says what it cost; so does
every error, in `.cost`. PyGithub is imported when the first request is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from monitor.github import documents, parse
from monitor.github.answers import (
    Account,
    Answer,
    ChangedFiles,
    Checks,
    CodeownersBlob,
    Cost,
    Credential,
    Details,
    Facts,
    Probed,
    Row,
)
from monitor.github.call import Call
from monitor.github.connection import Connection
from monitor.github.detailing import read_details
from monitor.github.errors import (
    Forbidden,
    GitHubError,
    NotConfigured,
    Overloaded,
    RateLimited,
    Refused,
    Unauthorized,
    Unavailable,
)
from monitor.github.inspection import inspect
from monitor.github.listing import read_files, read_team
from monitor.github.parse.fields import Node
from monitor.github.replies import Reply
from monitor.github.sorting import Sorted, by_alias, by_index

__all__ = [
    "Account",
    "Answer",
    "ChangedFiles",
    "Checks",
    "Client",
    "CodeownersBlob",
    "Cost",
    "Credential",
    "Details",
    "Facts",
    "Forbidden",
    "GitHubError",
    "NotConfigured",
    "Overloaded",
    "Probed",
    "RateLimited",
    "Refused",
    "Row",
    "Unauthorized",
    "Unavailable",
]

T = TypeVar("T")
Read = Callable[[Node, frozenset[str]], T]
NAME = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


class Client:
    """GitHub as one identity (`user:login` or `installation:123`) sees it. Cheap to make, safe to share."""

    def __init__(self, identity: str, connection: Connection) -> None:
        self.identity, self._connection = identity, connection

    def within(self, seconds: int) -> Client:
        """The same client, which waits no longer than this for an answer: for questions that somebody waits for."""
        return Client(self.identity, self._connection.within(seconds))

    def __repr__(self) -> str:
        return f"<Client {self.identity} at {self._connection.base_url}>"

    def resolve(self, names: Sequence[str]) -> Answer[Facts]:
        """What is behind `owner/name`s (at most 50), keyed by the name in lower case; renames are followed."""
        asked = list(dict.fromkeys(name.lower() for name in names))
        good = [name for name in asked if NAME.fullmatch(name)]
        variables: dict[str, Any] = {}
        for at, name in enumerate(good):
            variables[f"o{at}"], variables[f"n{at}"] = name.split("/")
        call, sorted_out = self._call(), Sorted[Facts]()
        if good:
            reply = call.ask(documents.resolve(len(good)), variables)
            sorted_out.take(reply, by_alias("r", good), lambda node, refused: parse.facts(node))
        sorted_out.missing.update(set(asked) - set(good))
        return sorted_out.answer(call.cost)

    def accounts(self, logins: Sequence[str]) -> Answer[Account]:
        """Who is behind logins (at most 50), keyed by the login in lower case. Bots have none: they are missing."""
        asked = list(dict.fromkeys(login.lower() for login in logins))
        call, sorted_out = self._call(), Sorted[Account]()
        if asked:
            variables = {f"l{at}": login for at, login in enumerate(asked)}
            reply = call.ask(documents.accounts(len(asked)), variables)
            sorted_out.take(reply, by_alias("a", asked), lambda node, refused: parse.account(node))
        return sorted_out.answer(call.cost)

    def probe(self, ids: Sequence[str], rows: int = 10) -> Answer[Probed]:
        """Repositories by node id (at most 100), each with its last updated pull requests in any state."""
        return self._nodes(ids, lambda call, ids: call.ask(documents.probe(), {"ids": ids, "k": rows}), _probed)

    def more(self, id: str, cursor: str, rows: int = 50) -> Answer[Probed]:
        """The next page of one repository's probe."""
        variables = {"k": rows, "after": cursor}
        return self._nodes([id], lambda call, ids: call.ask(documents.more(), {"ids": ids, **variables}), _probed)

    def open_rows(self, ids: Sequence[str], after: str | None = None, *, count: bool = False) -> Answer[Probed]:
        """A page of 100 of the open pull requests of repositories by node id, oldest first; with `count` their number.

        A further page, `after` the cursor of the one before, is one repository's.
        """
        variables = {"after": after, "count": count}
        return self._nodes(ids, lambda call, ids: call.ask(documents.open_rows(), {"ids": ids, **variables}), _probed)

    def checks(self, ids: Sequence[str]) -> Answer[Checks]:
        """CI and mergeability of pull requests by node id (at most 100)."""
        return self._nodes(ids, lambda call, ids: call.speak(documents.checks, {"ids": ids}), parse.checks)

    def details(self, ids: Sequence[str]) -> Details:
        """Pull requests in full by node id (at most 25), long lists followed to their end."""
        return read_details(self._call(), list(dict.fromkeys(ids)))

    def team(self, name: str) -> Answer[tuple[str, ...]]:
        """The logins, in lower case, of a team given as `org/slug`, child teams' members included; keyed by `name`."""
        return read_team(self._call(), name)

    def codeowners(self, wanted: Sequence[tuple[str, str]]) -> Answer[CodeownersBlob]:
        """The CODEOWNERS file for each (repository node id, branch or `HEAD`), at most 50; keyed by `id:branch`."""
        wanted = list(dict.fromkeys(wanted))
        variables: dict[str, Any] = {}
        for at, (id, ref) in enumerate(wanted):
            places = {f"{place[0]}{at}": f"{ref}:{path}" for place, path in parse.CODEOWNERS_PLACES.items()}
            variables |= {f"i{at}": id, **places}
        call, sorted_out = self._call(), Sorted[CodeownersBlob]()
        if wanted:
            reply = call.ask(documents.codeowners(len(wanted)), variables)
            keys = (f"{id}:{ref}" for id, ref in wanted)
            sorted_out.take(reply, by_alias("w", keys), lambda node, refused: parse.codeowners(node))
        return sorted_out.answer(call.cost)

    def files(self, ids: Sequence[str]) -> Answer[ChangedFiles]:
        """The changed paths of pull requests by node id (at most 25), at most 3,000 of each; fewer when GitHub is slow."""
        return read_files(self._call(), list(dict.fromkeys(ids)))

    def inspect(self, pull_request: str | None = None, team: str | None = None) -> Credential:
        """Who we are to GitHub and what we may not read; a pull request's node id and a team are tried out if given."""
        return inspect(self.identity, self._connection.key, self._call(), pull_request, team)

    def _call(self) -> Call:
        return Call(self._connection, self.identity)

    def _nodes(self, ids: Sequence[str], ask: Callable[[Call, list[str]], Reply], read: Read[T]) -> Answer[T]:
        """Ask for nodes by id and sort the answer; nothing is asked for no ids."""
        call, sorted_out = self._call(), Sorted[T]()
        if ids := list(dict.fromkeys(ids)):
            reply = ask(call, ids)
            sorted_out.take(reply, by_index(reply, ids), read)
        return sorted_out.answer(call.cost)


def _probed(node: Node, refused: frozenset[str]) -> Probed:
    return parse.probed(node)
