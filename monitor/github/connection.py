"""Requests to GitHub through PyGithub's requester: one at a time, none repeated, none paced, each with its raw answer."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from monitor.github.answers import Cost
from monitor.github.credentials import InstallationKey, Key
from monitor.github.errors import GitHubError, Overloaded, Unavailable
from monitor.github.raw import Raw
from monitor.github.replies import Reply, graphql_reply, rest_reply

if TYPE_CHECKING:
    from github.Requester import Requester

TIMEOUT = 15
_local = threading.local()


class Connection:
    """One credential at one GitHub. Safe to share: PyGithub's objects are not, so each thread has its own."""

    def __init__(self, base_url: str, key: Key, user_agent: str = "prmonitor", timeout: int | None = None) -> None:
        self.base_url, self.key, self.user_agent = base_url, key, user_agent
        self.timeout = timeout or TIMEOUT

    def within(self, seconds: int) -> Connection:
        """The same connection, with less patience."""
        return Connection(self.base_url, self.key, self.user_agent, seconds)

    def graphql(self, document: str, variables: dict[str, Any]) -> Reply:
        """Ask one query; raises `GitHubError`."""
        return graphql_reply(self._send("POST", None, {"query": document, "variables": variables}, "graphql"))

    def rest(self, verb: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON of one REST call; raises `GitHubError`, `LookupError` for a 404."""
        return rest_reply(self._send(verb, path, body, "core"))

    def _send(
        self, verb: str, path: str | None, body: dict[str, Any] | None, resource: Literal["graphql", "core"]
    ) -> Raw:
        from requests.exceptions import RequestException

        requester = self._requester()
        started = time.monotonic()
        try:
            # The raw call: the others raise on every partial answer and hide which limit was hit.
            status, headers, text = requester.requestJson(verb, path or requester.graphql_url, input=body)
        except GitHubError:
            raise  # from renewing an installation's token on the way
        except (RequestException, OSError, RuntimeError) as error:
            raise _unreachable(error, requester.hostname, self.timeout, time.monotonic() - started) from error
        if status == 401 and isinstance(self.key, InstallationKey):
            self.key.refused()
        return Raw(status, headers, text, time.monotonic() - started, datetime.now(UTC), resource)

    def _requester(self) -> Requester:
        mine: dict[Any, Requester] = _local.__dict__.setdefault("requesters", {})
        at = (
            os.getpid(),
            self.base_url,
            self.key,
            self.timeout,
        )  # a forked child must not speak on its parent's sockets
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
            retry=None,  # its own would sleep in the worker, and send a query that times out eleven times
            seconds_between_requests=0,
            seconds_between_writes=0,  # every GraphQL query counts as a write there
            per_page=100,
            lazy=True,
            user_agent=self.user_agent,
        ).requester


def _unreachable(error: Exception, host: str, timeout: int, seconds: float) -> Unavailable:
    """The words for a request that brought no answer."""
    from requests import exceptions
    from urllib3.exceptions import ReadTimeoutError

    cause = error.args[0] if error.args else None
    if isinstance(error, exceptions.ReadTimeout) or isinstance(cause, ReadTimeoutError):
        return Overloaded(f"GitHub did not answer within {timeout} seconds.", cost=Cost(1, seconds))
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
    return Unavailable(f"GitHub is away: {words}.", cost=Cost(0, seconds))
