"""Does what ASGI does not offer: tells whether the server's own buffer is full, and drops a connection."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from monitor.live.asgi_types import Send

CLOSE_SECONDS = 60.0


class ServerConnection(Protocol):
    """The connection to one client, as the server holds it."""

    def has_room(self) -> bool:
        """Whether the server's buffer has room for a frame now."""

    async def writable(self) -> None:
        """Waits until the server's buffer has room."""

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
        return DaphneConnection(connection)
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

    def abort(self) -> None:
        if self._abort is not None:
            self._abort()

    def detach(self) -> None:
        """Does nothing: there is no flow control to end."""


class DaphneConnection:
    """A connection of daphne. Twisted calls `pauseProducing` while more than 64 KiB wait in its buffer.

    https://docs.twisted.org/en/stable/core/howto/producers.html
    """

    __slots__ = ("_connection", "_room")

    def __init__(self, connection: Any) -> None:
        self._connection = connection
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

    def abort(self) -> None:
        self._connection.abortConnection()

    def detach(self) -> None:
        # Twisted does not close a connection that has a producer: it waits for the producer to finish.
        self._connection.unregisterProducer()
        self._room.set()
