"""The consumer of the live socket: signs the client in, joins it to the feed, which sends the events; answers pings."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from monitor.live import server_frames
from monitor.live.asgi_types import Send
from monitor.live.close_codes import BAD_CURSOR, FAULT, SIGNED_OUT, SOMEBODY_ELSES, TOO_BIG, TOO_MANY
from monitor.live.credentials import SocketCredential
from monitor.live.feed_runner import running_feed
from monitor.live.frame_sender import FrameSender
from monitor.live.handshake import BadCursor, Handshake, handshake_of
from monitor.live.joining import Joining
from monitor.live.server_frames import Frame
from monitor.live.sockets import Socket

MAX_FRAME_BYTES = 64 * 1024
log = logging.getLogger(__name__)


class SocketRefused(Exception):
    """The server accepted the socket and now closes it with `code`: a browser sees no other reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class LiveConsumer(AsyncConsumer):
    """One live socket.

    The consumer takes the connection as the server hands it over, without Channels' dispatch, which subscribes each
    socket to the channel layer and changes the thread for each message.
    """

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Send,
    ) -> None:
        self.feed = running_feed()
        await receive()
        # The accept comes before any query: a server cuts off a handshake that takes seconds.
        await send({"type": "websocket.accept"})
        try:
            joining = await self._admit(scope, send)
        except SocketRefused as refused:
            await send({"type": "websocket.close", "code": refused.code, "reason": str(refused)})
            return
        self.joining: asyncio.Task[None] | None = None
        try:
            self.joining = asyncio.create_task(self._join(joining))
            # This call lasts as long as the socket: what it no longer needs would take memory for each of them.
            del joining
            while (message := await receive())["type"] != "websocket.disconnect":
                self.websocket_receive(message)
        finally:
            if self.joining is not None:
                self.joining.cancel()
            self.feed.leave(self.socket)
            self.socket.sender.stop()

    async def _admit(self, scope: dict[str, Any], send: Send) -> Joining:
        """Signs the client in and registers its socket. Errors: SocketRefused."""
        handshake = handshake_of(scope)
        credential, user = await self._sign_in(handshake, scope["url_route"]["kwargs"]["user_id"])
        after = _after(handshake)
        self._enter(Socket(user.pk, credential, FrameSender(send, batch=handshake.batch)))
        return Joining(self.feed, self.socket, after)

    async def _sign_in(self, handshake: Handshake, requested_user: str) -> tuple[SocketCredential, User]:
        signed_in = await self.feed.sign_in(handshake)
        if signed_in is None:
            raise SocketRefused(SIGNED_OUT, "sign in first")
        if requested_user not in {"me", str(signed_in[1].pk)}:
            raise SocketRefused(SOMEBODY_ELSES, "this is somebody else's socket")
        return signed_in

    def _enter(self, socket: Socket) -> None:
        if 0 < settings.SOCKETS_PER_USER <= len(self.feed.sockets.of(socket.user_id)):
            raise SocketRefused(TOO_MANY, f"more than {settings.SOCKETS_PER_USER} sockets")
        self.socket = socket
        self.feed.enter(socket)

    async def _join(self, joining: Joining) -> None:
        try:
            await joining.join()
        except Exception:
            log.exception("A live socket could not join")
            self.socket.sender.close(FAULT, "something went wrong here: come back with your cursor")
        finally:
            self.joining = None

    def websocket_receive(self, message: dict[str, Any]) -> None:
        """Answers one frame of the client."""
        frame: str | bytes = message.get("text") or message.get("bytes") or ""
        if _is_too_big(frame):
            self.socket.sender.close(TOO_BIG, f"a frame takes at most {MAX_FRAME_BYTES} bytes")
        else:
            self.socket.sender.send(_answer(frame))


def _after(handshake: Handshake) -> int | None:
    try:
        return handshake.after
    except BadCursor as bad:
        raise SocketRefused(BAD_CURSOR, str(bad)) from bad


def _is_too_big(frame: str | bytes) -> bool:
    if len(frame) > MAX_FRAME_BYTES:
        return True
    return isinstance(frame, str) and len(frame) * 4 > MAX_FRAME_BYTES and len(frame.encode()) > MAX_FRAME_BYTES


def _answer(frame: str | bytes) -> Frame:
    now = timezone.now()
    try:
        parsed = json.loads(frame) if isinstance(frame, str) else None
    except (ValueError, RecursionError):
        return server_frames.error("invalid_json", "a frame has to be JSON", now)
    if isinstance(parsed, dict) and parsed.get("type") == "ping":
        return server_frames.pong(now)
    return server_frames.error("invalid", 'the only frame understood here is {"type": "ping"}', now)
