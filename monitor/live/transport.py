"""What ASGI does not tell about a connection: whether the server's own buffer is full, and how to drop it."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol

CLOSING_SECONDS = 60.0
Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


class Transport(Protocol):
    """One client's connection as the server holds it."""

    def has_room(self) -> bool:
        """Whether the server can take a frame now without piling it up."""

    async def writable(self) -> None:
        """Returns when it can."""

    def abort(self) -> None:
        """Drops the connection, together with whatever the client has not read."""

    def detach(self) -> None:
        """Nothing more is going to be sent."""


def transport_of(send: Send) -> Transport:
    """The connection behind an accepted socket's `send`, as far as this server lets us know it.

    daphne's `send` always returns at once and piles frames up in memory, so its buffer has to be watched; uvicorn's
    waits by itself. Any other server is trusted to wait, as the ASGI specification asks of it.
    """
    protocol = send.args[0] if isinstance(send, partial) and send.args else getattr(send, "__self__", None)
    connection = getattr(protocol, "transport", None)
    if hasattr(connection, "registerProducer"):
        # One second after its close frame it would cut off a slow reader, who then never learns why.
        setattr(protocol, "closeHandshakeTimeout", CLOSING_SECONDS)  # noqa: B010 - whatever the server's class is
        return Daphne(connection)
    return Waiting(getattr(connection, "abort", None))


class Waiting:
    """A server whose `send` waits for slow clients."""

    __slots__ = ("_abort",)

    def __init__(self, abort: Callable[[], None] | None) -> None:
        self._abort = abort

    def has_room(self) -> bool:
        return True

    async def writable(self) -> None:
        """`send` itself waits."""

    def abort(self) -> None:
        if self._abort is not None:
            self._abort()

    def detach(self) -> None:
        """There is nothing to undo."""


class Daphne:
    """Listens to Twisted's flow control: it pauses its producer while more than 64 KiB wait in its buffer.

    https://docs.twisted.org/en/stable/core/howto/producers.html
    """

    __slots__ = ("_connection", "_room")

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._room = asyncio.Event()
        self._room.set()
        # The HTTP channel that did the handshake is still registered and has nothing more to produce.
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
        # A connection with a producer is never closed by Twisted: it waits for the producer to finish.
        self._connection.unregisterProducer()
        self._room.set()
