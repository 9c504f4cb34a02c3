"""The consumer behind the live socket: signs in, lets in, answers pings. What is sent is the feed's business."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from monitor.live import messages
from monitor.live.closing import BAD_CURSOR, FAULT, SIGNED_OUT, SOMEBODY_ELSES, TOO_BIG, TOO_MANY
from monitor.live.credentials import Credential, sign_in
from monitor.live.handshake import BadCursor, Handshake, handshake_of
from monitor.live.joining import Joining
from monitor.live.messages import Frame
from monitor.live.outbox import Outbox
from monitor.live.running import running_feed
from monitor.live.sockets import Socket
from monitor.live.transport import Send

MAX_FRAME_BYTES = 64 * 1024
log = logging.getLogger(__name__)


class Refused(Exception):
    """The socket, accepted before anybody knew whose it is, is closed with `code`: browsers see no other reason."""

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
        # Before anything is asked of the database: servers cut a handshake that takes seconds, however busy we are.
        await send({"type": "websocket.accept"})
        handshake = handshake_of(scope)
        try:
            credential, user = await self._sign_in(handshake, scope["url_route"]["kwargs"]["user_id"])
            after = _after(handshake)
            self._enter(Socket(user.pk, credential, Outbox(send, batch=handshake.batch)))
        except Refused as refused:
            await send({"type": "websocket.close", "code": refused.code, "reason": str(refused)})
            return
        joining: asyncio.Task[None] | None = None
        try:
            joining = asyncio.create_task(self._join(Joining(self.feed, self.socket, user, after)))
            while (message := await receive())["type"] != "websocket.disconnect":
                self.websocket_receive(message)
        finally:
            if joining is not None:
                joining.cancel()
            self.feed.leave(self.socket)
            self.socket.outbox.stop()

    async def _sign_in(self, handshake: Handshake, whose: str) -> tuple[Credential, User]:
        signed_in = await self.feed.doors(sign_in, handshake)
        if signed_in is None:
            raise Refused(SIGNED_OUT, "sign in first")
        if whose not in {"me", str(signed_in[1].pk)}:
            raise Refused(SOMEBODY_ELSES, "this is somebody else's socket")
        return signed_in

    def _enter(self, socket: Socket) -> None:
        if 0 < settings.SOCKETS_PER_USER <= len(self.feed.sockets.of(socket.user_id)):
            raise Refused(TOO_MANY, f"more than {settings.SOCKETS_PER_USER} sockets")
        self.socket = socket
        self.feed.enter(socket)

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


def _after(handshake: Handshake) -> int | None:
    try:
        return handshake.after
    except BadCursor as bad:
        raise Refused(BAD_CURSOR, str(bad)) from bad


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
