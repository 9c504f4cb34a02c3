"""Trouble on order: what a test arms, the next fitting requests meet.

Every fault takes `times` (None: until cleared) and `only`: an operation name (`PrProbe`), a REST path beginning with a
slash, `graphql`, `rest`, or a predicate on the request. Each returns its `Fault`, whose `hits` counts, `clear()` ends it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Lock
from typing import Any

from monitor.demo.server.http import Request, Response

Only = str | Callable[[Request], bool] | None
UNICORN = "<html><head><title>Unicorn! &middot; GitHub</title></head><body><h1>{}</h1></body></html>"
LIMIT_WORDS = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@dataclass(eq=False)
class Fault:
    """One armed fault: `instead` answers without executing, `alter` changes the true answer; `points` are taken too.

    The first `after` fitting requests pass unharmed.
    """

    name: str
    wanted: Callable[[Request], bool]
    times: int | None = None
    instead: Callable[[Request], Response] | None = None
    alter: Callable[[Response], Response] | None = None
    points: int = 0
    after: int = 0
    hits: int = 0
    seen: int = 0
    gate: Hold | None = None

    def clear(self) -> None:
        self.times = 0
        if self.gate is not None:
            self.gate.release()


class Hold:
    """A slow answer without sleeping: `reached` is set when a request waits here, `release()` lets it (and all) go on."""

    def __init__(self) -> None:
        self.reached = Event()
        self._go = Event()

    def release(self) -> None:
        self._go.set()

    def wait(self) -> None:
        self.reached.set()
        self._go.wait(timeout=60)

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Faults:
    """The armed faults, and `clock_offset`: how far GitHub's clock is ahead of the world's."""

    def __init__(self) -> None:
        self.clock_offset = timedelta()
        self.armed: list[Fault] = []
        self._lock = Lock()

    def arm(self, name: str, only: Only = None, times: int | None = None, **how: Any) -> Fault:
        """A fault of one's own making; the methods below are the usual ones."""
        fault = Fault(name, _predicate(only), times, **how)
        with self._lock:
            self.armed.append(fault)
        return fault

    def clear(self) -> None:
        """Disarm everything and let every held request go."""
        with self._lock:
            armed, self.armed = self.armed, []
        for fault in armed:
            fault.clear()
        self.clock_offset = timedelta()

    def meet(self, request: Request) -> list[Fault]:
        """The faults this request runs into, counted; those used up are dropped."""
        with self._lock:
            self.armed = [fault for fault in self.armed if fault.times is None or fault.hits < fault.times]
            met = [fault for fault in self.armed if fault.wanted(request)]
            for fault in met:
                fault.seen += 1
            met = [fault for fault in met if fault.seen > fault.after]
            for fault in met:
                fault.hits += 1
            return met

    # answers instead of GitHub's

    def bad_gateway(
        self, status: int = 502, *, over_ids: int = -1, points: int = 0, only: Only = None, times: int | None = None
    ) -> Fault:
        """HTML with 502 or 504, for batches of more than `over_ids` ids if given; a timeout may cost extra points."""
        return self.arm(
            f"{status}", lambda r: _predicate(only)(r) and len(r.ids) > over_ids, times,
            instead=lambda _: Response.html(UNICORN.format(f"{status}"), status), points=points,
        )  # fmt: skip

    def poison(self, node_id: str, status: int = 502, *, only: Only = None, times: int | None = None) -> Fault:
        """The same for every query that names this id, in a batch or alone."""
        return self.arm(
            f"poison {node_id}", lambda r: _predicate(only)(r) and _names(r, node_id), times,
            instead=lambda _: Response.html(UNICORN.format(f"{status}"), status),
        )  # fmt: skip

    def unauthorized(self, *, after: int = 0, only: Only = None, times: int | None = None) -> Fault:
        """The token is refused, at once or after some good answers, as when it is revoked half-way."""
        return self.arm(
            "unauthorized", only, times, after=after, instead=lambda _: Response.error(401, "Bad credentials")
        )

    def secondary_limit(
        self, status: int = 403, *, retry_after: int | None = 60, only: Only = None, times: int | None = 1
    ) -> Fault:
        """The secondary limit: 403, 429, or for GraphQL an error in a 200; with or without Retry-After."""
        header = {} if retry_after is None else {"Retry-After": str(retry_after)}
        body: dict[str, Any] = {
            "message": LIMIT_WORDS,
            "documentation_url": "https://docs.github.com/graphql/using-the-rest-api",
        }
        if status == 200:
            body = {"errors": [{"type": "RATE_LIMITED", "message": LIMIT_WORDS}]}
        return self.arm("secondary limit", only, times, instead=lambda _: Response.json(body, status, header))

    def rate_limited_in_200(self, *, only: Only = "graphql", times: int | None = 1) -> Fault:
        """A bare RATE_LIMITED error in a 200, whatever the headers say."""
        body = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded."}]}
        return self.arm("rate limited", only, times, instead=lambda _: Response.json(body))

    def html(self, *, only: Only = None, times: int | None = 1) -> Fault:
        """A proxy's login page with status 200."""
        page = "<!doctype html><title>Sign in</title><p>Please sign in to the network.</p>"
        return self.arm("html", only, times, instead=lambda _: Response.html(page))

    def empty_body(self, *, only: Only = None, times: int | None = 1) -> Fault:
        return self.arm("empty body", only, times, instead=lambda _: Response(200, b""))

    def reset_connection(self, *, only: Only = None, times: int | None = 1) -> Fault:
        """The connection is reset before any response."""
        return self.arm("reset", only, times, instead=lambda _: Response(0, b"", drop=True))

    # true answers, spoilt

    def cut_json(self, *, only: Only = None, times: int | None = 1) -> Fault:
        """Half of the body, with a content length that fits."""
        return self.arm(
            "cut json",
            only,
            times,
            alter=lambda response: Response(
                response.status, response.body[: len(response.body) // 2], response.headers
            ),
        )

    def null_nodes(self, *, only: Only = "graphql", times: int | None = 1) -> Fault:
        """Every node of the batch is null, with NOT_FOUND errors, as when a credential lost everything."""
        return self.arm("null nodes", only, times, alter=lambda response: _keep_nodes(response, 0, _gone))

    def resource_limits(self, keep: int = 0, *, only: Only = "graphql", times: int | None = 1) -> Fault:
        """The query is stopped half-way: the first `keep` nodes are there, the others null, with one error."""
        return self.arm("resource limits", only, times, alter=lambda response: _keep_nodes(response, keep, _stopped))

    def rate_limited_status(self, status: int) -> Fault:
        """A used up primary limit as a plain `status` instead of an error in a 200."""
        return self.arm("primary limit", "graphql", alter=lambda response: _plain(response, status))

    # slowness

    def hold(self, *, only: Only = None, times: int | None = 1) -> Hold:
        """The next fitting request waits until the test releases it."""
        gate = Hold()
        self.arm("hold", only, times, gate=gate)
        return gate


def _predicate(only: Only) -> Callable[[Request], bool]:
    if callable(only):
        return only
    match only:
        case None:
            return lambda request: True
        case "graphql":
            return lambda request: request.is_graphql
        case "rest":
            return lambda request: not request.is_graphql
        case path if path.startswith("/"):
            return lambda request: not request.is_graphql and request.route.startswith(path)
    return lambda request: request.operation == only


def _names(request: Request, node_id: str) -> bool:
    return node_id in request.ids or node_id in request.variables.values()


def _keep_nodes(response: Response, keep: int, error: Callable[[int], dict[str, Any]]) -> Response:
    payload = json.loads(response.body)
    nodes = (payload.get("data") or {}).get("nodes")
    if nodes is not None:
        lost = range(keep, len(nodes))
        payload["data"]["nodes"] = [*nodes[:keep], *(None for _ in lost)]
        errors = [error(at) for at in lost]
        payload["errors"] = errors[:1] if error is _stopped else errors
    return Response(response.status, json.dumps(payload).encode(), response.headers)


def _plain(response: Response, status: int) -> Response:
    [error, *_] = json.loads(response.body).get("errors") or [{}]
    if error.get("type") != "RATE_LIMITED":
        return response
    return Response.json({"message": error["message"]}, status, response.headers)


def _gone(position: int) -> dict[str, Any]:
    message = "Could not resolve to a node with the global id."
    return {"type": "NOT_FOUND", "path": ["nodes", position], "locations": [], "message": message}


def _stopped(position: int) -> dict[str, Any]:
    message = "Resource limits for this query exceeded."
    return {"type": "RESOURCE_LIMITS_EXCEEDED", "path": ["nodes", position], "locations": [], "message": message}
