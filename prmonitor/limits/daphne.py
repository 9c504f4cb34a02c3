"""The same limits inside daphne: it stores a body whole before it makes the application, so that here is the only place.

Leans on insides of daphne 4.2 and Twisted: `daphne.server.HTTPFactory`, `http_protocol.WebRequest`, and of Twisted's
`HTTPChannel` the methods overridden here with `_path` and `_receivedHeaderSize`. tests/runtime/test_limits.py holds them.
"""

from http import HTTPStatus
from io import BytesIO
from typing import Any

import daphne.server
from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web import http

from prmonitor.limits import ADDRESS, HEADER_SECONDS, HEADERS, body_limit, body_seconds, refusal

# The client may still send: if the server closed at once, the client's system would drop the unread answer.
LINGER_SECONDS = 2.0


class LimitedRequest(WebRequest):
    """A request whose body is refused before it is stored."""

    def gotLength(self, length: int | None) -> None:
        """Called when the headers are read; `length` is None for a chunked body."""
        path = self.channel.path_asked()
        self.room = body_limit(path)
        if length is not None and length > self.room:
            self.content = BytesIO()
            self.channel.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        self.channel.wait_for(body_seconds(self.room if length is None else length))
        super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:
        """Called as the body arrives."""
        self.room -= len(data)
        if self.room < 0:
            self.channel.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif not self.channel.refused:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """Called when the body is complete."""
        if not self.channel.refused:
            self.channel.wait_for(None)
            super().requestReceived(command, path, version)


class LimitedChannel(http.HTTPChannel):
    """A connection that answers what is too large or too slow, and then ends."""

    MAX_LENGTH = HEADERS
    totalHeadersSize = HEADERS
    refused = False
    _waiting: Any = None

    def dataReceived(self, data: bytes) -> None:
        if self.refused:
            return
        if self._waiting is None and not self._handlingRequest:
            self.wait_for(HEADER_SECONDS)
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> bool | None:
        first = self._receivedHeaderSize == 0
        if first and len(line) > ADDRESS:
            return self.refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
        if self._receivedHeaderSize + len(line) > self.totalHeadersSize:
            return self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        super().lineReceived(line)
        return self.refused or None

    def lineLengthExceeded(self, line: bytes) -> bool:
        long_address = self._receivedHeaderSize == 0
        status = HTTPStatus.REQUEST_URI_TOO_LONG if long_address else HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return self.refuse(status)

    def path_asked(self) -> str:
        """The path of the request that is arriving; empty before its first line has come."""
        return getattr(self, "_path", b"").partition(b"?")[0].decode("latin-1")

    def wait_for(self, seconds: float | None) -> None:
        """The next part of the request has to be complete after so many seconds; None: nothing is waited for."""
        if self._waiting is not None and self._waiting.active():
            self._waiting.cancel()
        self._waiting = None if seconds is None else self.callLater(seconds, self._too_slow)

    def refuse(self, status: HTTPStatus) -> bool:
        """Answers, reads no further, and ends the connection. True, which also stops Twisted's loop over lines."""
        if not self.refused:
            self.refused = True
            self.wait_for(None)
            content_type, body = refusal(status, self.path_asked())
            head = (
                f"HTTP/1.1 {int(status)} {status.phrase}\r\nContent-Type: {content_type}\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            connection: Any = self.transport
            connection.write(head.encode() + body)
            connection.loseWriteConnection()
            self._waiting = self.callLater(LINGER_SECONDS, connection.abortConnection)
        return True

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.wait_for(None)
        super().connectionLost(reason)

    def _send100Continue(self) -> None:
        if not self.refused:
            super()._send100Continue()

    def _too_slow(self) -> None:
        self.refuse(HTTPStatus.REQUEST_TIMEOUT)


class LimitedFactory(HTTPFactory):
    """Gives each connection our channel and our request."""

    protocol = LimitedChannel

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = LimitedRequest
        return protocol


def install() -> None:
    """Makes daphne create its connections with prmonitor's factory. Call it before the server runs."""
    daphne.server.HTTPFactory = LimitedFactory
