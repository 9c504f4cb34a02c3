"""How a socket joins the feed without a gap: it is registered, gets what it missed, and goes live."""

import time
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from monitor import queries
from monitor.live import replay, server_frames
from monitor.live.feed import Feed
from monitor.live.server_frames import Frame
from monitor.live.sockets import Socket


@dataclass(frozen=True, slots=True)
class Joining:
    """One socket that joins. `after` is the client's cursor; with None, the client wants no missed events.

    The socket is registered from the start, but gets events only from the replay until the replay has read as far as
    the feed. The socket then goes live in a single step of the event loop. So each event is either up to the replay's
    cursor, and the replay has sent it if it concerns this user, or after that cursor, and the feed sends it.
    """

    feed: Feed
    socket: Socket
    user: User
    after: int | None

    async def join(self) -> None:
        """Sends the missed events, `ready`, and after a complete replay the stats of each repository."""
        current = await self.feed.join_threads(replay.current_stats_for, self.user)
        self.feed.stats.add_user(self.socket.user_id, current.stats)
        if self.after is None:
            await self._start_now()
        elif await self._catch_up(self.after):
            self._send_stats(current)

    async def _start_now(self) -> None:
        head = await self.feed.join_threads(queries.latest_event_id)
        # The wait comes first: nothing may happen between reading `feed.cursor` and going live.
        await self.feed.first_read()
        self._go_live(max(head, self.feed.cursor or 0))

    async def _catch_up(self, after: int) -> bool:
        """True when every missed event was sent; False when the client got a `resync` instead."""
        await self.feed.first_read()
        missed = await self.feed.join_threads(replay.check_cursor, self.user, after)
        complete = not missed.resync
        while True:
            if missed.resync:
                complete = False
                await self._send(server_frames.resync(missed.cursor, timezone.now()))
            for frame in missed.frames:
                await self._send(frame)
            if missed.at_head and missed.cursor >= (self.feed.cursor or 0):
                self._go_live(missed.cursor)
                return complete
            missed = await self.feed.join_threads(replay.missed_after, self.user, missed.cursor)

    async def _send(self, frame: Frame) -> None:
        # A replay waits for room, so that the client is not closed as too slow. Only this client waits.
        await self.socket.sender.room_for(frame)
        self.socket.sender.send(frame)

    def _go_live(self, cursor: int) -> None:
        self.socket.cursor = cursor
        self.socket.live = True
        self.socket.sender.send(server_frames.ready(self.socket.user_id, cursor, timezone.now()))

    def _send_stats(self, current: replay.CurrentStats) -> None:
        now = timezone.now()
        for repository, name in current.names.items():
            stats = self.feed.stats.last_sent(self.socket.user_id, repository)
            self.feed.stats.mark_sent(repository, time.monotonic())
            self.socket.sender.send(server_frames.repository_stats_update(name, stats, now))
