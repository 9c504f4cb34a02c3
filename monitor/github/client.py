"""The GitHub client: every query that prmonitor sends, in batches, with typed answers and typed errors.

No call sleeps, repeats a request, or waits for an answer longer than 15 seconds (or the seconds given to `within`).
Every answer and every error states its cost in `.cost`. The first request imports PyGithub.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from monitor.github import documents, parse
from monitor.github.answer_builder import AnswerBuilder, places_by_alias, places_by_index
from monitor.github.answers import (
    ChangedFiles,
    Checks,
    CodeownersBlob,
    CredentialReport,
    GitHubAnswer,
    ListedPullRequest,
    LoginOwner,
    ProbedRepository,
    PullRequestDetails,
    QueryCost,
    RepositoryMetadata,
)
from monitor.github.connection import Connection
from monitor.github.credential_inspection import inspect_credential
from monitor.github.detail_reader import read_details
from monitor.github.errors import (
    Forbidden,
    GitHubError,
    NotConfigured,
    Overloaded,
    QueryRejected,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from monitor.github.list_reader import read_files, read_team
from monitor.github.parse.fields import Node
from monitor.github.query_session import QuerySession
from monitor.github.response_reader import GraphQLResult

__all__ = [
    "ChangedFiles",
    "Checks",
    "Client",
    "CodeownersBlob",
    "CredentialReport",
    "Forbidden",
    "GitHubAnswer",
    "GitHubError",
    "ListedPullRequest",
    "LoginOwner",
    "NotConfigured",
    "Overloaded",
    "ProbedRepository",
    "PullRequestDetails",
    "QueryCost",
    "QueryRejected",
    "RateLimited",
    "RepositoryMetadata",
    "Unauthorized",
    "Unavailable",
]

T = TypeVar("T")
Read = Callable[[Node, frozenset[str]], T]
NAME = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")


class Client:
    """GitHub as one identity (`user:login` or `installation:123`) sees it. Threads may share a client."""

    def __init__(self, identity: str, connection: Connection) -> None:
        self.identity, self._connection = identity, connection

    def within(self, seconds: int) -> Client:
        """The same client with a shorter time limit per answer: for queries that a person waits for."""
        return Client(self.identity, self._connection.within(seconds))

    def __repr__(self) -> str:
        return f"<Client {self.identity} at {self._connection.base_url}>"

    def rate_limit(self) -> GitHubAnswer[None]:
        """Asks GitHub the smallest question; an answer says only that GitHub answers."""
        session = self._session()
        session.query(documents.rate_limit(), {})
        return GitHubAnswer({}, cost=session.cost)

    def resolve(self, names: Sequence[str]) -> GitHubAnswer[RepositoryMetadata]:
        """The repositories with these `owner/name`s (at most 50), by name in lower case. GitHub follows renames."""
        asked = list(dict.fromkeys(name.lower() for name in names))
        good = [name for name in asked if NAME.fullmatch(name)]
        variables: dict[str, Any] = {}
        for at, name in enumerate(good):
            variables[f"o{at}"], variables[f"n{at}"] = name.split("/")
        session, builder = self._session(), AnswerBuilder[RepositoryMetadata]()
        if good:
            result = session.query(documents.resolve(len(good)), variables)
            builder.add_result(
                result, places_by_alias("r", good), lambda node, refused: parse.repository_metadata(node)
            )
        builder.missing.update(set(asked) - set(good))
        return builder.build(session.cost)

    def accounts(self, logins: Sequence[str]) -> GitHubAnswer[LoginOwner]:
        """The accounts with these logins (at most 50), by login in lower case. Bots are no accounts: they are missing."""
        asked = list(dict.fromkeys(login.lower() for login in logins))
        session, builder = self._session(), AnswerBuilder[LoginOwner]()
        if asked:
            variables = {f"l{at}": login for at, login in enumerate(asked)}
            result = session.query(documents.accounts(len(asked)), variables)
            builder.add_result(result, places_by_alias("a", asked), lambda node, refused: parse.login_owner(node))
        return builder.build(session.cost)

    def probe(self, ids: Sequence[str], rows: int = 10) -> GitHubAnswer[ProbedRepository]:
        """Repositories by node id (at most 100), each with its last updated pull requests in every state."""
        return self._nodes(ids, lambda session, ids: session.query(documents.probe(), {"ids": ids, "k": rows}), _probed)

    def next_probe_page(self, id: str, cursor: str, rows: int = 50) -> GitHubAnswer[ProbedRepository]:
        """The next page of one repository's probe."""
        variables = {"k": rows, "after": cursor}
        return self._nodes(
            [id], lambda session, ids: session.query(documents.more(), {"ids": ids, **variables}), _probed
        )

    def open_rows(
        self, ids: Sequence[str], after: str | None = None, *, count: bool = False
    ) -> GitHubAnswer[ProbedRepository]:
        """The first 100 open pull requests per repository (by node id), oldest first; with `count` also their number.

        With `after`, the cursor of the page before, the caller asks for the next page of one repository.
        """
        variables = {"after": after, "count": count}
        return self._nodes(
            ids, lambda session, ids: session.query(documents.open_rows(), {"ids": ids, **variables}), _probed
        )

    def checks(self, ids: Sequence[str]) -> GitHubAnswer[Checks]:
        """CI and mergeability of pull requests by node id (at most 100)."""
        return self._nodes(
            ids, lambda session, ids: session.query_in_dialect(documents.checks, {"ids": ids}), parse.checks
        )

    def details(self, ids: Sequence[str]) -> PullRequestDetails:
        """Complete pull requests by node id (at most 24); long lists are read to their end."""
        return read_details(self._session(), list(dict.fromkeys(ids)))

    def team(self, name: str) -> GitHubAnswer[tuple[str, ...]]:
        """The members of a team (`org/slug`) and of its child teams, as logins in lower case; the key is `name`."""
        return read_team(self._session(), name)

    def codeowners(self, wanted: Sequence[tuple[str, str]]) -> GitHubAnswer[CodeownersBlob]:
        """The CODEOWNERS file per (repository node id, branch or `HEAD`), at most 50; the key is `id:branch`."""
        wanted = list(dict.fromkeys(wanted))
        variables: dict[str, Any] = {}
        for at, (id, ref) in enumerate(wanted):
            # In full: a tag may have the name of the branch, and Git would then prefer the tag.
            commit = ref if ref == "HEAD" else f"refs/heads/{ref}"
            places = {f"{place[0]}{at}": f"{commit}:{path}" for place, path in parse.CODEOWNERS_PLACES.items()}
            variables |= {f"i{at}": id, **places}
        session, builder = self._session(), AnswerBuilder[CodeownersBlob]()
        if wanted:
            result = session.query(documents.codeowners(len(wanted)), variables)
            keys = (f"{id}:{ref}" for id, ref in wanted)
            builder.add_result(result, places_by_alias("w", keys), lambda node, refused: parse.codeowners(node))
        return builder.build(session.cost)

    def blob_text(self, repository: str, oid: str) -> GitHubAnswer[str]:
        """The whole text of a Git blob of a repository (`owner/name`), by REST; the key is `oid`. Up to 100 MB."""
        builder = AnswerBuilder[str]()
        try:
            answer = self._connection.rest("GET", f"/repos/{repository}/git/blobs/{oid}")
        except LookupError:
            builder.missing.add(oid)
        else:
            builder.add(oid, lambda: parse.blob_text(answer))
        return builder.build(QueryCost(resource="core"))

    def files(self, ids: Sequence[str]) -> GitHubAnswer[ChangedFiles]:
        """The changed paths of pull requests by node id (at most 25): at most 3,000 each, fewer if GitHub is slow."""
        return read_files(self._session(), list(dict.fromkeys(ids)))

    def inspect(self, pull_request: str | None = None, team: str | None = None) -> CredentialReport:
        """Who the credential belongs to, and what it may not read. Tries to read the given pull request and team."""
        return inspect_credential(self.identity, self._connection.key, self._session(), pull_request, team)

    def _session(self) -> QuerySession:
        return QuerySession(self._connection, self.identity)

    def _nodes(
        self, ids: Sequence[str], ask: Callable[[QuerySession, list[str]], GraphQLResult], read: Read[T]
    ) -> GitHubAnswer[T]:
        """Asks for nodes by id. Sends no query if `ids` is empty."""
        session, builder = self._session(), AnswerBuilder[T]()
        if ids := list(dict.fromkeys(ids)):
            result = ask(session, ids)
            builder.add_result(result, places_by_index(result, ids), read)
        return builder.build(session.cost)


def _probed(node: Node, refused: frozenset[str]) -> ProbedRepository:
    return parse.probed_repository(node)
