"""The frames one client has yet to take: bounded, and written behind the feed's back, so that nobody waits for anybody."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable
from functools import lru_cache

from django.utils import timezone

from monitor.live import messages
from monitor.live.eagerly import begin
from monitor.live.messages import Frame
from monitor.live.transport import Send, transport_of

MAX_FRAMES = 1_000
MAX_BYTES = 4 * 1024 * 1024
TOO_SLOW = 4408
BATCH_WINDOW_SECONDS = 0.02
BATCH_FRAMES = 100
# Many client libraries refuse frames of more than 1 MiB unless told otherwise.
BATCH_BYTES = 512 * 1024
# How long a client that stopped reading may take to read the rest and see why it is closed.
GRACE_SECONDS = 60.0
STUCK_SECONDS = 60.0
log = logging.getLogger(__name__)


@lru_cache(maxsize=4)
def _joined(frames: tuple[Frame, ...]) -> Frame:
    # Sockets that hear the same burst share its text.
    return messages.batch(frames, timezone.now())


class Outbox:
    """`put` never waits and keeps the order; a client with too much waiting is closed with 4408."""

    __slots__ = (
        "_bytes",
        "_closing",
        "_deadline",
        "_frames",
        "_joins",
        "_send",
        "_taken_at",
        "_transport",
        "_writer",
        "finished",
    )

    def __init__(self, send: Send, *, batch: bool = False) -> None:
        self.finished = False
        self._send = send
        self._transport = transport_of(send)
        self._joins = batch
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._taken_at = 0.0
        self._closing: tuple[int, str] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def put(self, frame: Frame) -> None:
        """Queues a frame; after `close` it is left out."""
        if self.finished or self._closing:
            return
        if self._writer is None and not self._joins and self._transport.has_room():
            self._send_now(frame)
            return
        self._frames.append(frame)
        self._bytes += frame.size
        # One frame is always let through, however big: its reader could never get past it otherwise.
        if len(self._frames) >= MAX_FRAMES or (self._bytes > MAX_BYTES and len(self._frames) > 1):
            self._frames.clear()
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
        """Waits where `frame` would fill the outbox by more than half, until what waits is written."""
        if len(self._frames) < MAX_FRAMES // 2 and self._bytes + frame.size <= MAX_BYTES // 2:
            return
        while self._writer is not None and not self.finished:
            await asyncio.wait([self._writer])

    def is_stuck(self) -> bool:
        """Whether the client has taken nothing for a minute although something waits."""
        return self._writer is not None and time.monotonic() - self._taken_at > STUCK_SECONDS

    def stop(self) -> None:
        """The client is gone: forgets what waits."""
        self.finished = True
        self._frames.clear()
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
            elif self._joins:
                await asyncio.sleep(BATCH_WINDOW_SECONDS)
            while self._frames:
                await self._transport.writable()
                if self._frames:
                    await self._send({"type": "websocket.send", "text": self._take().text})
                self._taken_at = time.monotonic()
            if self._closing:
                await self._say_goodbye(*self._closing)
        except Exception as error:
            self._fail(error)
        finally:
            self._writer = None

    def _fail(self, error: Exception) -> None:
        self.finished = True
        # The client, or the server itself, closed it meanwhile: the consumer is told as well.
        if not isinstance(error, (OSError, RuntimeError)):
            log.error("A live socket could not be written to", exc_info=error)

    def _take(self) -> Frame:
        taken = [self._next()]
        size = taken[0].size
        while self._joins and self._frames and len(taken) < BATCH_FRAMES and size < BATCH_BYTES:
            taken.append(self._next())
            size += taken[-1].size
        return taken[0] if len(taken) == 1 else _joined(tuple(taken))

    def _next(self) -> Frame:
        frame = self._frames.popleft()
        self._bytes -= frame.size
        return frame

    async def _say_goodbye(self, code: int, reason: str) -> None:
        await self._transport.writable()
        self._transport.detach()
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        self.finished = True
