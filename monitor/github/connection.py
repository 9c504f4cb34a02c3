"""Sends requests to GitHub through PyGithub's requester, without its retries and pauses; returns the raw response."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from monitor.database.request_threads import outside_wait
from monitor.github.answers import QueryCost
from monitor.github.credentials import InstallationKey, Key
from monitor.github.errors import GitHubError, Overloaded, Unavailable
from monitor.github.raw_response import RawResponse
from monitor.github.response_reader import GraphQLResult, read_graphql, read_rest

if TYPE_CHECKING:
    from github.Requester import Requester

TIMEOUT = 15
_local = threading.local()


class Connection:
    """One credential at one GitHub server. Threads may share a connection: each thread has its own PyGithub objects."""

    def __init__(self, base_url: str, key: Key, user_agent: str = "prmonitor", timeout: int | None = None) -> None:
        self.base_url, self.key, self.user_agent = base_url, key, user_agent
        self.timeout = timeout or TIMEOUT

    def within(self, seconds: int) -> Connection:
        """The same connection with another time limit per request."""
        return Connection(self.base_url, self.key, self.user_agent, seconds)

    def graphql(self, document: str, variables: dict[str, Any]) -> GraphQLResult:
        """The result of one GraphQL query. Raises `GitHubError`."""
        return read_graphql(self._send("POST", None, {"query": document, "variables": variables}, "graphql"))

    def rest(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON of one REST call. Raises `GitHubError`, or `LookupError` for a 404."""
        return read_rest(self._send(verb, path, body, "core"))

    def _send(
        self, verb: str, path: str | None, body: dict[str, Any] | None, resource: Literal["graphql", "core"]
    ) -> RawResponse:
        from requests.exceptions import RequestException

        requester = self._requester()
        started = time.monotonic()
        try:
            with outside_wait():
                # PyGithub's other methods raise on every partial answer and hide which rate limit was reached.
                status, headers, text = requester.requestJson(verb, path or requester.graphql_url, input=body)
        except GitHubError:
            raise  # this request first had to renew an installation's token, and that failed
        except (RequestException, OSError, RuntimeError) as error:
            raise _unreachable(error, requester.hostname, self.timeout, time.monotonic() - started) from error
        if status == 401 and isinstance(self.key, InstallationKey):
            self.key.drop_token()
        return RawResponse(status, headers, text, time.monotonic() - started, datetime.now(UTC), resource)

    def _requester(self) -> Requester:
        mine: dict[Any, Requester] = _local.__dict__.setdefault("requesters", {})
        # The process id is part of the key: a forked child process must not use its parent's sockets.
        at = (os.getpid(), self.base_url, self.key, self.timeout)
        if at not in mine:
            if len(mine) >= 64:
                for old in mine.values():
                    old.close()
                mine.clear()
            mine[at] = self._new_requester()
        return mine[at]

    def _new_requester(self) -> Requester:
        from github import Github

        return Github(
            auth=self.key.auth(),
            base_url=self.base_url,
            timeout=self.timeout,
            retry=None,  # PyGithub's retries sleep in the worker, and send a query that times out eleven times
            seconds_between_requests=0,
            seconds_between_writes=0,  # PyGithub counts every GraphQL query as a write
            per_page=100,
            lazy=True,
            user_agent=self.user_agent,
        ).requester


def _unreachable(error: Exception, host: str, timeout: int, seconds: float) -> Unavailable:
    """The error for a request without a response."""
    from requests import exceptions
    from urllib3.exceptions import ReadTimeoutError

    cause = error.args[0] if error.args else None
    if isinstance(error, exceptions.ReadTimeout) or isinstance(cause, ReadTimeoutError):
        return Overloaded(f"GitHub did not answer within {timeout} seconds.", cost=QueryCost(1, seconds))
    if isinstance(error, exceptions.ConnectTimeout):
        words = f"{host} cannot be reached (no connection within {timeout} seconds)"
    elif isinstance(error, exceptions.ProxyError):
        words = f"the proxy on the way to {host} does not let us through"
    elif isinstance(error, exceptions.SSLError):
        words = f"the certificate of {host} is not trusted (a private one is named by REQUESTS_CA_BUNDLE)"
    elif isinstance(error, RuntimeError):
        words = f"{host} redirects elsewhere; is GITHUB_API_URL right?"
    else:
        words = f"{host} cannot be reached (the connection failed or broke off)"
    return Unavailable(f"GitHub is away: {words}.", cost=QueryCost(0, seconds))
