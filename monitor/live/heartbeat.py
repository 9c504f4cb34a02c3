"""The heartbeat of all sockets: how far each was told, and whether its sign-in still holds."""

import asyncio

from django.utils import timezone

from monitor.live import messages
from monitor.live.closing import SIGNED_OUT, TOO_SLOW
from monitor.live.credentials import users_of
from monitor.live.feed import Feed

EVERY_SECONDS = 20.0


async def beat_for_ever(feed: Feed) -> None:
    """Beats once a period."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        await beat(feed)


async def beat(feed: Feed) -> None:
    """Closes sockets whose clients are stuck or signed out, and tells all others their cursor.

    What a user may see is decided anew for each event; here it is only who they are.
    """
    for socket in feed.sockets:
        if socket.outbox.is_stuck():
            socket.outbox.close(TOO_SLOW, "too slow: come back with your cursor")
    live = [socket for socket in feed.sockets if socket.live]
    users = await feed.reads(users_of, {socket.credential for socket in live}) if live else {}
    cursor, now = await feed.looked(), timezone.now()
    frame = messages.heartbeat(cursor, now)
    for socket in live:
        user = users.get(socket.credential)
        if user is None or user.pk != socket.user_id:
            socket.outbox.close(SIGNED_OUT, "signed out")
        elif socket.cursor > cursor:
            # It has just come in, and its replay read further than the feed yet has.
            socket.outbox.put(messages.heartbeat(socket.cursor, now))
        else:
            socket.outbox.put(frame)
