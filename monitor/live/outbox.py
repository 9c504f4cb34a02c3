"""One client's way out: written behind the feed's back, so that nobody waits for anybody, and closed when too much waits."""

import asyncio
import logging
import time
from collections.abc import Awaitable

from monitor.live.closing import TOO_SLOW
from monitor.live.eagerly import begin
from monitor.live.messages import Frame
from monitor.live.transport import Send, transport_of
from monitor.live.waiting import Waiting

BATCH_WINDOW_SECONDS = 0.02
# How long a client that stopped reading may take to read the rest and see why it is closed.
GRACE_SECONDS = 60.0
STUCK_SECONDS = 60.0
log = logging.getLogger(__name__)


class Outbox:
    """`put` never waits and keeps the order; a client with too much waiting is closed with 4408."""

    __slots__ = ("_closing", "_deadline", "_send", "_taken_at", "_transport", "_waiting", "_writer", "finished")

    def __init__(self, send: Send, *, batch: bool = False) -> None:
        self.finished = False
        self._send = send
        self._transport = transport_of(send)
        self._waiting = Waiting(joins=batch)
        self._taken_at = 0.0
        self._closing: tuple[int, str] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def put(self, frame: Frame) -> None:
        """Hands over a frame, at once where the server takes it; after `close` it is left out."""
        if self.finished or self._closing:
            return
        if self._writer is None and not self._waiting.joins and self._transport.has_room():
            self._send_now(frame)
        elif not self._waiting.add(frame):
            self.close(TOO_SLOW, "too slow: come back with your cursor")
        elif self._writer is None:
            self._write_soon()

    def close(self, code: int, reason: str) -> None:
        """Closes once what waits is written, or drops the connection when that takes too long."""
        if self.finished or self._closing:
            return
        self._closing = (code, reason)
        self._deadline = asyncio.get_running_loop().call_later(GRACE_SECONDS, self._give_up)
        if self._writer is None:
            self._write_soon()

    async def room_for(self, frame: Frame) -> None:
        """For those who can wait: returns when the outbox is less than half full with `frame`, or the client is gone."""
        while self._waiting.would_be_half_full(frame) and self._writer is not None and not self.finished:
            await asyncio.wait([self._writer])

    def is_stuck(self) -> bool:
        """Whether the client has taken nothing for a minute although something waits."""
        return self._writer is not None and time.monotonic() - self._taken_at > STUCK_SECONDS

    def stop(self) -> None:
        """The client is gone: forgets what waits."""
        self.finished = True
        self._waiting.clear()
        if self._deadline is not None:
            self._deadline.cancel()
        if self._writer is not None:
            self._writer.cancel()
        self._transport.detach()

    def _give_up(self) -> None:
        self._transport.abort()
        self.stop()

    def _send_now(self, frame: Frame) -> None:
        try:
            rest = begin(self._send({"type": "websocket.send", "text": frame.text}))
        except Exception as error:
            self._fail(error)
        else:
            if rest is not None:
                self._write_soon(rest)

    def _write_soon(self, begun: Awaitable[None] | None = None) -> None:
        self._taken_at = time.monotonic()
        self._writer = asyncio.get_running_loop().create_task(self._write(begun))

    async def _write(self, begun: Awaitable[None] | None) -> None:
        try:
            if begun is not None:
                await begun
            elif self._waiting.joins:
                await asyncio.sleep(BATCH_WINDOW_SECONDS)
            await self._write_all()
            if self._closing:
                await self._say_goodbye(*self._closing)
        except Exception as error:
            self._fail(error)
        finally:
            self._writer = None

    async def _write_all(self) -> None:
        while self._waiting:
            await self._transport.writable()
            if self._waiting:  # overflowing empties it
                await self._send({"type": "websocket.send", "text": self._waiting.take().text})
            self._taken_at = time.monotonic()

    async def _say_goodbye(self, code: int, reason: str) -> None:
        await self._transport.writable()
        self._transport.detach()
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        self.finished = True

    def _fail(self, error: Exception) -> None:
        self.finished = True
        # The client, or the server itself, closed it meanwhile: the consumer is told as well.
        if not isinstance(error, (OSError, RuntimeError)):
            log.error("A live socket could not be written to", exc_info=error)
