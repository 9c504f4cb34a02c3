"""Does what ASGI does not offer: tells whether the server's own buffer is full, and drops a connection."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from monitor.live.asgi_types import Send

CLOSE_SECONDS = 60.0
# `websockets.protocol.State.OPEN`, a number; the library is there only with uvicorn.
_OPEN = 1


class ServerConnection(Protocol):
    """The connection to one client, as the server holds it."""

    def has_room(self) -> bool:
        """Whether the server's buffer has room for a frame now."""

    async def writable(self) -> None:
        """Waits until the server's buffer has room."""

    def write(self, frames: bytes) -> bool:
        """Writes whole frames, as they are on the wire, at once; False: the caller has to use the ASGI `send`.

        Several times cheaper than `send`, which makes each frame anew for each client, and may compress each.
        """

    def abort(self) -> None:
        """Drops the connection, and with it all that the client has not read."""

    def detach(self) -> None:
        """Ends the flow control: no further frames follow."""


def connection_of(send: Send) -> ServerConnection:
    """The connection behind the `send` of an accepted socket, as far as the server shows it.

    The `send` of daphne returns at once and keeps frames in memory, so daphne's buffer has to be watched. The `send`
    of uvicorn waits for a slow client, and any other server must wait too, by the ASGI specification.
    """
    protocol = send.args[0] if isinstance(send, partial) and send.args else getattr(send, "__self__", None)
    connection = getattr(protocol, "transport", None)
    if hasattr(connection, "registerProducer"):
        # By default, autobahn cuts off the client one second after the close frame: a slow reader never gets the code.
        setattr(protocol, "closeHandshakeTimeout", CLOSE_SECONDS)  # noqa: B010 - whatever the server's class is
        return DaphneConnection(protocol, connection)
    if type(protocol).__name__ == "WebSocketsSansIOProtocol":
        return UvicornConnection(protocol)
    return WaitingSendConnection(getattr(connection, "abort", None))


class WaitingSendConnection:
    """A connection of a server whose `send` itself waits for a slow client."""

    __slots__ = ("_abort",)

    def __init__(self, abort: Callable[[], None] | None) -> None:
        self._abort = abort

    def has_room(self) -> bool:
        return True

    async def writable(self) -> None:
        """Returns at once: `send` waits."""

    def write(self, frames: bytes) -> bool:
        return False

    def abort(self) -> None:
        if self._abort is not None:
            self._abort()

    def detach(self) -> None:
        """Does nothing: there is no flow control to end."""


class UvicornConnection(WaitingSendConnection):
    """A connection of uvicorn with its default implementation of WebSockets."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: Any) -> None:
        super().__init__(protocol.transport.abort)
        self._protocol = protocol

    def write(self, frames: bytes) -> bool:
        protocol = self._protocol
        has_room = protocol.writable.is_set() and protocol.conn.state == _OPEN and not protocol.transport.is_closing()
        if has_room:
            protocol.transport.write(frames)
        return bool(has_room)


class DaphneConnection:
    """A connection of daphne. Twisted calls `pauseProducing` while more than 64 KiB wait in its buffer.

    https://docs.twisted.org/en/stable/core/howto/producers.html
    """

    __slots__ = ("_connection", "_protocol", "_room")

    def __init__(self, protocol: Any, connection: Any) -> None:
        self._protocol, self._connection = protocol, connection
        self._room = asyncio.Event()
        self._room.set()
        # The HTTP channel of the handshake is still registered as producer, and has nothing more to produce.
        connection.unregisterProducer()
        connection.registerProducer(self, True)

    def pauseProducing(self) -> None:
        self._room.clear()

    def resumeProducing(self) -> None:
        self._room.set()

    stopProducing = resumeProducing

    def has_room(self) -> bool:
        return self._room.is_set()

    async def writable(self) -> None:
        await self._room.wait()

    def write(self, frames: bytes) -> bool:
        has_room = self._room.is_set() and self._protocol.state == self._protocol.STATE_OPEN
        if has_room:
            self._connection.write(frames)
        return bool(has_room)

    def abort(self) -> None:
        self._connection.abortConnection()

    def detach(self) -> None:
        # Twisted does not close a connection that has a producer: it waits for the producer to finish.
        self._connection.unregisterProducer()
        self._room.set()
