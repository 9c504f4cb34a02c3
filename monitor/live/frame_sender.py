"""Sends frames to one client, waiting ones in a task of their own, and closes the socket when too many wait."""

import asyncio
import logging
import time
from collections.abc import Awaitable

from monitor.live.asgi_types import Send
from monitor.live.close_codes import TOO_SLOW
from monitor.live.eager_start import run_to_first_wait
from monitor.live.frame_queue import FrameQueue
from monitor.live.server_connection import connection_of
from monitor.live.server_frames import Frame

BATCH_WINDOW_SECONDS = 0.02
# How long a client that stopped reading may take to read the rest, and with it the close code.
GRACE_SECONDS = 60.0
STUCK_SECONDS = 60.0
log = logging.getLogger(__name__)


class FrameSender:
    """Sends the frames of one socket in order. `send` never waits; too many waiting frames close it with code 4408."""

    __slots__ = ("_closing", "_connection", "_deadline", "_last_sent_at", "_queue", "_send", "_writer", "finished")

    def __init__(self, send: Send, *, batch: bool = False) -> None:
        self.finished = False
        self._send = send
        self._connection = connection_of(send)
        self._queue = FrameQueue(batches=batch)
        self._last_sent_at = 0.0
        self._closing: tuple[int, str] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def send(self, frame: Frame) -> None:
        """Sends a frame, at once if the server takes it at once; does nothing after `close`."""
        self.send_all((frame,))

    def send_all(self, frames: tuple[Frame, ...]) -> None:
        """Sends frames that are ready at the same time, as `send` does."""
        if self._writer is None and not self.finished and not self._closing:
            ready_made = self._queue.ready_made(frames)
            if ready_made is not None and self._connection.write(ready_made):
                return
        for frame in frames:
            self._send_or_queue(frame)

    def _send_or_queue(self, frame: Frame) -> None:
        if self.finished or self._closing:
            return
        if self._writer is None and not self._queue.batches and self._connection.has_room():
            self._send_now(frame)
        elif not self._queue.add(frame):
            self.close(TOO_SLOW, "too slow: come back with your cursor")
        elif self._writer is None:
            self._write_soon()

    def close(self, code: int, reason: str) -> None:
        """Closes the socket after the waiting frames are sent; drops the connection when that takes too long."""
        if self.finished or self._closing:
            return
        self._closing = (code, reason)
        self._deadline = asyncio.get_running_loop().call_later(GRACE_SECONDS, self._give_up)
        if self._writer is None:
            self._write_soon()

    async def room_for(self, frame: Frame) -> None:
        """Waits until the queue would be less than half full with `frame`, or the client is gone."""
        while self._queue.would_be_half_full(frame) and self._writer is not None and not self.finished:
            await asyncio.wait([self._writer])

    def is_stuck(self) -> bool:
        """Whether frames wait and the client has taken none for a minute."""
        return self._writer is not None and time.monotonic() - self._last_sent_at > STUCK_SECONDS

    def stop(self) -> None:
        """Drops the waiting frames: the client is gone."""
        self.finished = True
        self._queue.clear()
        if self._deadline is not None:
            self._deadline.cancel()
        if self._writer is not None:
            self._writer.cancel()
        self._connection.detach()

    def _give_up(self) -> None:
        self._connection.abort()
        self.stop()

    def _send_now(self, frame: Frame) -> None:
        try:
            rest = run_to_first_wait(self._send({"type": "websocket.send", "text": frame.text}))
        except Exception as error:
            self._fail(error)
        else:
            if rest is not None:
                self._write_soon(rest)

    def _write_soon(self, begun: Awaitable[None] | None = None) -> None:
        self._last_sent_at = time.monotonic()
        self._writer = asyncio.get_running_loop().create_task(self._write(begun))

    async def _write(self, begun: Awaitable[None] | None) -> None:
        try:
            if begun is not None:
                await begun
            elif self._queue.batches:
                await asyncio.sleep(BATCH_WINDOW_SECONDS)
            await self._write_all()
            if self._closing:
                await self._send_close(*self._closing)
        except Exception as error:
            self._fail(error)
        finally:
            self._writer = None

    async def _write_all(self) -> None:
        while self._queue:
            await self._connection.writable()
            if self._queue:  # an overflow empties the queue meanwhile
                frame = self._queue.take()
                if not self._connection.write(frame.wire):
                    await self._send({"type": "websocket.send", "text": frame.text})
            self._last_sent_at = time.monotonic()

    async def _send_close(self, code: int, reason: str) -> None:
        await self._connection.writable()
        self._connection.detach()
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        self.finished = True

    def _fail(self, error: Exception) -> None:
        self.finished = True
        # These errors mean that the client or the server has closed the connection: the consumer gets to know it too.
        if not isinstance(error, (OSError, RuntimeError)):
            log.error("A live socket could not be written to", exc_info=error)
