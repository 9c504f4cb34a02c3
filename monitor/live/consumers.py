"""The consumer behind the live socket: signs in, lets in, answers pings. What is sent is the feed's business."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.utils import timezone

from monitor.live import messages
from monitor.live.credentials import Credential, sign_in
from monitor.live.feed import FAULT, SIGNED_OUT, running_feed
from monitor.live.handshake import BadCursor, Handshake, handshake_of
from monitor.live.joining import Joining
from monitor.live.messages import Frame
from monitor.live.outbox import Outbox
from monitor.live.sockets import Socket
from monitor.live.transport import Send

BAD_REQUEST = 4400
SOMEBODY_ELSES = 4403
TOO_BIG = 4413
TOO_MANY = 4429
MAX_FRAME_BYTES = 64 * 1024
log = logging.getLogger(__name__)


class Refused(Exception):
    """The socket is closed with `code` right after it was accepted: browsers see no other reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class LiveConsumer(AsyncConsumer):
    """One live socket.

    Takes the connection as the server hands it over, without Channels' dispatch: that subscribes each socket to the
    channel layer and hops to a thread for each message.
    """

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Send,
    ) -> None:
        self.feed = running_feed()
        await receive()
        handshake = handshake_of(scope)
        try:
            joining = await self._admit(handshake, scope["url_route"]["kwargs"]["user_id"], send)
        except Refused as refused:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": refused.code, "reason": str(refused)})
            return
        await self._serve(joining, receive)

    async def _admit(self, handshake: Handshake, whose: str, send: Send) -> Joining:
        """The accepted socket, registered with the feed. Errors: Refused."""
        signed_in = await self.feed.joins(sign_in, handshake)
        if signed_in is None:
            raise Refused(SIGNED_OUT, "sign in first")
        credential, user = signed_in
        if whose not in {"me", str(user.pk)}:
            raise Refused(SOMEBODY_ELSES, "this is somebody else's socket")
        try:
            after = handshake.after
        except BadCursor as bad:
            raise Refused(BAD_REQUEST, str(bad)) from bad
        if 0 < settings.SOCKETS_PER_USER <= len(self.feed.sockets.of(user.pk)):
            raise Refused(TOO_MANY, f"more than {settings.SOCKETS_PER_USER} sockets")
        await send({"type": "websocket.accept"})
        socket = self._socket(user.pk, credential, Outbox(send, batch=handshake.batch))
        return Joining(self.feed, socket, user, after)

    def _socket(self, user_id: int, credential: Credential, outbox: Outbox) -> Socket:
        self.socket = Socket(user_id, credential, outbox)
        self.feed.enter(self.socket)
        return self.socket

    async def _serve(self, joining: Joining, receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        task = asyncio.create_task(self._join(joining))
        try:
            while (message := await receive())["type"] != "websocket.disconnect":
                self.websocket_receive(message)
        finally:
            task.cancel()
            self.feed.leave(self.socket)
            self.socket.outbox.stop()

    async def _join(self, joining: Joining) -> None:
        try:
            await joining.run()
        except Exception:
            log.exception("A live socket could not join")
            self.socket.outbox.close(FAULT, "something went wrong here: come back with your cursor")

    def websocket_receive(self, message: dict[str, Any]) -> None:
        """Answers a client's frame."""
        said: str | bytes = message.get("text") or message.get("bytes") or ""
        if _is_too_big(said):
            self.socket.outbox.close(TOO_BIG, f"a frame takes at most {MAX_FRAME_BYTES} bytes")
        else:
            self.socket.outbox.put(_answer(said))


def _is_too_big(said: str | bytes) -> bool:
    if len(said) > MAX_FRAME_BYTES:
        return True
    return isinstance(said, str) and len(said) * 4 > MAX_FRAME_BYTES and len(said.encode()) > MAX_FRAME_BYTES


def _answer(said: str | bytes) -> Frame:
    now = timezone.now()
    try:
        parsed = json.loads(said) if isinstance(said, str) else None
    except (ValueError, RecursionError):
        return messages.error("invalid_json", "a frame has to be JSON", now)
    if isinstance(parsed, dict) and parsed.get("type") == "ping":
        return messages.pong(now)
    return messages.error("invalid", 'the only frame understood here is {"type": "ping"}', now)
