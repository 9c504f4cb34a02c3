"""Refuses what is too large before anything reads it, under any ASGI server."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

from prmonitor.limits import ADDRESS, HEADERS, body_limit, body_seconds, refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Refused(Exception):
    """The request goes no further; `status` says why."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


class WithinLimits:
    """ASGI middleware: by Content-Length before the application is called, else while it reads.

    Django stores a body whole before any view sees it, so that reading has to be stopped here.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        path = str(scope["path"])
        try:
            check_head(scope)
        except Refused as refused:
            await refuse(send, refused.status, path)
            return
        body = Body(receive, body_limit(path))
        outgoing = Outgoing(send)
        try:
            await self.application(scope, body.receive, outgoing.send)
        except Refused as refused:
            if outgoing.begun:
                raise
            await refuse(send, refused.status, path)


def check_head(scope: MutableMapping[str, Any]) -> None:
    """Errors: Refused, when address, headers, or the length they name are too large."""
    if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > ADDRESS:
        raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG)
    headers = scope.get("headers", ())
    if sum(len(name) + len(value) for name, value in headers) > HEADERS:
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    for name, value in headers:
        if name == b"content-length" and (
            not value.isdigit() or len(value) > 15 or int(value) > body_limit(scope["path"])
        ):
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class Body:
    """Hands on what the server reads, up to `limit` bytes, and no slower than a body of that size may come."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self._until = asyncio.get_running_loop().time() + body_seconds(limit)
        self._complete = False

    async def receive(self) -> Message:
        """Errors: Refused."""
        if self._complete:
            return await self._receive()  # waits for the client to go
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._left < 0:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message


class Outgoing:
    """Knows whether an answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def send(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


async def refuse(send: Send, status: HTTPStatus, path: str) -> None:
    """The answer, after which the connection ends: what the client still sends is not read."""
    content_type, body = refusal(status, path)
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
