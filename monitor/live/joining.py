"""How a socket joins the feed without a gap: it is registered, gets what it missed, and goes live."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from monitor import queries
from monitor.live import replay, server_frames
from monitor.live.feed import Feed
from monitor.live.server_frames import Frame
from monitor.live.sockets import Socket

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Joining:
    """One socket that joins. `after` is the client's cursor; with None, the client wants no missed events.

    The socket is registered from the start, but gets events only from the replay until the replay has read as far as
    the feed. The socket then goes live in a single step of the event loop. So each event is either up to the replay's
    cursor, and the replay has sent it if it concerns this user, or after that cursor, and the feed sends it.
    """

    feed: Feed
    socket: Socket
    after: int | None

    async def join(self) -> None:
        """Sends the missed events, `ready`, and after a complete replay the stats of each repository."""
        start = await self.feed.starts(self.socket.user_id)
        self.feed.stats.add_user(self.socket.user_id, start.stats)
        # The wait comes first: nothing may happen between reading `feed.cursor` and going live.
        await self.feed.first_read()
        if self.after is None:
            self._go_live(max(start.head, self.feed.cursor or 0))
        elif await self._catch_up(self.after):
            self._send_stats(start)

    async def _catch_up(self, cursor: int) -> bool:
        """True when every missed event was sent; False when the client got a `resync` instead."""
        complete = True
        while True:
            missed = await self._missed_after(cursor)
            if missed.resync:
                complete = False
                await self._send(server_frames.resync(missed.cursor, timezone.now()))
            if await self._replay(missed.ids):
                cursor = missed.cursor
                if cursor >= (self.feed.cursor or 0):
                    self._go_live(cursor)
                    return complete

    async def _missed_after(self, cursor: int) -> queries.Missed:
        recent = abs((self.feed.cursor or 0) - cursor) <= replay.RECENT_EVENTS
        missed = self.feed.missed_recently if recent else self.feed.missed_long_ago
        return await missed((self.socket.user_id, cursor))

    async def _replay(self, event_ids: Sequence[int]) -> bool:
        """False when the events were deleted meanwhile."""
        for first in range(0, len(event_ids), PAGE_SIZE):
            frames = await self.feed.missed_frames((self.socket.user_id, event_ids[first : first + PAGE_SIZE]))
            if frames is None:
                return False
            for frame in frames:
                await self._send(frame)
        return True

    async def _send(self, frame: Frame) -> None:
        # A replay waits for room, so that the client is not closed as too slow. Only this client waits.
        await self.socket.sender.room_for(frame)
        self.socket.sender.send(frame)

    def _go_live(self, cursor: int) -> None:
        self.socket.cursor = cursor
        self.socket.live = True
        self.socket.sender.send(server_frames.ready(self.socket.user_id, cursor, timezone.now()))

    def _send_stats(self, start: replay.Start) -> None:
        now = timezone.now()
        for repository in start.stats:
            stats = self.feed.stats.last_sent(self.socket.user_id, repository)
            self.feed.stats.mark_sent(repository, time.monotonic())
            frame = server_frames.repository_stats_update(start.names[repository], stats, now)
            self.socket.sender.send(frame)
