"""The heartbeat of all sockets: sends each its cursor, and closes those whose client is stuck or signed out."""

import asyncio

from django.utils import timezone

from monitor.live import server_frames
from monitor.live.close_codes import SIGNED_OUT, TOO_SLOW
from monitor.live.credentials import users_by_credential
from monitor.live.feed import Feed

EVERY_SECONDS = 20.0


async def send_heartbeats(feed: Feed) -> None:
    """Sends a heartbeat every `EVERY_SECONDS`."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await send_heartbeat(feed)


async def send_heartbeat(feed: Feed) -> None:
    """Closes sockets whose clients are stuck or signed out, and sends all others their cursor.

    The heartbeat checks only the sign-in: what a user may see is decided anew for each event.
    """
    for socket in feed.sockets:
        if socket.sender.is_stuck():
            socket.sender.close(TOO_SLOW, "too slow: come back with your cursor")
    live = [socket for socket in feed.sockets if socket.live]
    users = await feed.feed_threads(users_by_credential, {socket.credential for socket in live}) if live else {}
    cursor, now = await feed.first_read(), timezone.now()
    frame = server_frames.heartbeat(cursor, now)
    for socket in live:
        user = users.get(socket.credential)
        if user is None or user.pk != socket.user_id:
            socket.sender.close(SIGNED_OUT, "signed out")
        elif socket.cursor > cursor:
            # The socket has just joined, and its replay has read further than the feed.
            socket.sender.send(server_frames.heartbeat(socket.cursor, now))
        else:
            socket.sender.send(frame)
