"""The feed of one web process: reads new events once, and sends them to all sockets of the process."""

import asyncio
import logging
import time
from contextlib import suppress

from django.conf import settings
from django.utils import timezone

from monitor.database.batches import Batches
from monitor.database.threads import DatabaseThreads
from monitor.live import feed_queries, replay, server_frames
from monitor.live.close_codes import FAULT
from monitor.live.credentials import sign_in_all
from monitor.live.sockets import Socket, Sockets
from monitor.live.stats_tracker import StatsTracker

READ_SECONDS = 0.25
# With signals of new events, reading at intervals only makes up for lost signals.
READ_SECONDS_WITH_SIGNAL = 5.0
log = logging.getLogger(__name__)


class Feed:
    """Reads new events, and sends them and changed stats to the sockets; never waits for a client.

    Every live socket has got its events up to `cursor`, which is None until the first read.
    """

    def __init__(self) -> None:
        self.cursor: int | None = None
        self.sockets = Sockets()
        self.stats = StatsTracker()
        # Separate threads: a join must not delay the events of everybody, and no sign-in waits for a join.
        self.feed_threads = DatabaseThreads("live-feed", 1)
        self.sign_in_threads = DatabaseThreads("live-door", 1)
        self.join_threads = DatabaseThreads("live-join", 2)
        self.sign_in = Batches(self.sign_in_threads, sign_in_all)
        self.starts = Batches(self.join_threads, replay.starts)
        self.missed_recently = Batches(self.join_threads, replay.missed_recently)
        self.missed_long_ago = Batches(self.join_threads, replay.missed_long_ago, max_size=1)
        self.missed_frames = Batches(self.join_threads, replay.missed_frames)
        self._read_seconds = READ_SECONDS_WITH_SIGNAL if settings.REDIS_URL else READ_SECONDS
        self._read_requested = asyncio.Event()
        self._has_read = asyncio.Event()

    def read_now(self) -> None:
        """Makes the feed read now."""
        self._read_requested.set()

    async def first_read(self) -> int:
        """The cursor; waits until the feed has read for the first time."""
        await self._has_read.wait()
        return self.cursor or 0

    def enter(self, socket: Socket) -> None:
        """Registers a socket."""
        self.sockets.add(socket)
        # Tracked before the join: stats that the feed sends during the join must not be replaced by older ones.
        self.stats.add_user(socket.user_id, {})

    def leave(self, socket: Socket) -> None:
        """Forgets a socket."""
        if self.sockets.remove(socket):
            self.stats.remove_user(socket.user_id)

    async def run(self) -> None:
        """Reads and sends for ever."""
        while True:
            has_more = await self._send_next_events()
            await self._send_changed_stats()
            if not has_more:
                await self._wait()

    async def _wait(self) -> None:
        until_due = self.stats.seconds_until_due(time.monotonic())
        seconds = self._read_seconds if until_due is None else min(self._read_seconds, until_due)
        # Not `wait_for`: before Python 3.12 it may lose the cancellation of a task whose event was set just now.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._read_requested.wait()
        self._read_requested.clear()

    async def _send_next_events(self) -> bool:
        """Reads one page and sends it; True when there is more to read at once."""
        page = await self.feed_threads(feed_queries.read_after, self.cursor, self.sockets.user_ids)
        for part in page.parts:
            for delivery in part.deliveries:
                for user_id in delivery.user_ids:
                    for socket in self.sockets.of(user_id):
                        socket.send_events(delivery.event_ids, delivery.frames)
            self.cursor = part.cursor
            # A long page for many sockets must not delay pings and joins.
            await asyncio.sleep(0)
        if page.cursor < (self.cursor or 0):
            self._start_over(page.cursor)
        self.cursor = page.cursor
        self.stats.mark_changed(page.repositories)
        self._has_read.set()
        return page.has_more

    def _start_over(self, head: int) -> None:
        """Closes all sockets: the database was replaced, perhaps by an older copy, and no cursor is valid any more."""
        log.warning("The event head went back from %s to %s; live sockets start over", self.cursor, head)
        for socket in self.sockets:
            socket.sender.close(FAULT, "the events start over: come back with your cursor")

    async def _send_changed_stats(self) -> None:
        due = self.stats.take_due(time.monotonic())
        if not due:
            return
        try:
            present = await self.feed_threads(feed_queries.stats_for_listeners, list(due), self.sockets.user_ids())
            # The stats may hold changes newer than the last event sent; the frames of those events go first.
            while await self._send_next_events():
                pass
        except Exception:
            self.stats.mark_changed(due)
            raise
        now = timezone.now()
        for user_id, repository, stats in self.stats.take_changed(present):
            frame = server_frames.repository_stats_update(due[repository], stats, now)
            for socket in self.sockets.of(user_id):
                if socket.live:
                    socket.sender.send(frame)
