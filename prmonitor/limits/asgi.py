"""Refuses requests that are too large before anything reads them, under any ASGI server."""

import asyncio
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

from monitor.live.asgi_types import AsgiMessage, Receive, Send
from prmonitor.limits import ADDRESS, HEADERS, body_limit, body_seconds, refusal


class RequestRefused(Exception):
    """The request is refused; `status` says why."""

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
        except RequestRefused as refused:
            await refuse(send, refused.status, path)
            return
        body = Body(receive, body_limit(path))
        outgoing = Outgoing(send)
        try:
            await self.application(scope, body.receive, outgoing.send)
        except RequestRefused as refused:
            if outgoing.begun:
                raise
            await refuse(send, refused.status, path)


def check_head(scope: MutableMapping[str, Any]) -> None:
    """Errors: RequestRefused, when address, headers, or Content-Length are too large."""
    if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > ADDRESS:
        raise RequestRefused(HTTPStatus.REQUEST_URI_TOO_LONG)
    headers = scope.get("headers", ())
    if sum(len(name) + len(value) for name, value in headers) > HEADERS:
        raise RequestRefused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    for name, value in headers:
        if name == b"content-length" and (
            not value.isdigit() or len(value) > 15 or int(value) > body_limit(scope["path"])
        ):
            raise RequestRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class Body:
    """Passes on what the server reads of a body: at most `limit` bytes, within the time that a body of that size may take."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self._until = asyncio.get_running_loop().time() + body_seconds(limit)
        self._complete = False

    async def receive(self) -> AsgiMessage:
        """Errors: RequestRefused."""
        if self._complete:
            return await self._receive()  # waits until the client disconnects
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise RequestRefused(HTTPStatus.REQUEST_TIMEOUT) from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._left < 0:
                raise RequestRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message


class Outgoing:
    """Sends the application's answer, and records whether the answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send, self.begun = send, False

    async def send(self, message: AsgiMessage) -> None:
        self.begun = True
        await self._send(message)


async def refuse(send: Send, status: HTTPStatus, path: str) -> None:
    """Sends the answer and ends the connection: nothing more of the request is read."""
    content_type, body = refusal(status, path)
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
