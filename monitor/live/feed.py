"""The feed: one per web process, it reads new events once and hands them to all of the process's sockets."""

import asyncio
import logging
import time
from contextlib import suppress

from django.conf import settings
from django.utils import timezone

from monitor.live import look, messages
from monitor.live.closing import FAULT
from monitor.live.numbers import Numbers
from monitor.live.sockets import Socket, Sockets
from monitor.live.threads import DatabaseThreads

LOOK_SECONDS = 0.25
# With a doorbell the look only makes up for rings that were lost.
LOOK_SECONDS_WITH_DOORBELL = 5.0
log = logging.getLogger(__name__)


class Feed:
    """Tails the events and tells changed numbers; never waits for a client.

    `cursor` is how far every live socket was told; None until the first look.
    """

    def __init__(self) -> None:
        self.cursor: int | None = None
        self.sockets = Sockets()
        self.numbers = Numbers()
        # Those who come in must not keep everybody's events waiting, nor those who are counted for whoever signs in.
        self.reads = DatabaseThreads("live-feed", 1)
        self.doors = DatabaseThreads("live-door", 1)
        self.joins = DatabaseThreads("live-join", 2)
        self._look_seconds = LOOK_SECONDS_WITH_DOORBELL if settings.REDIS_URL else LOOK_SECONDS
        self._bell = asyncio.Event()
        self._looked = asyncio.Event()

    def ring(self) -> None:
        """Has the feed look now."""
        self._bell.set()

    async def looked(self) -> int:
        """The cursor; waits for the first look."""
        await self._looked.wait()
        return self.cursor or 0

    def enter(self, socket: Socket) -> None:
        """Registers a socket."""
        self.sockets.add(socket)
        # Known from the first moment: a count made while it joins must not be overwritten by an older one.
        self.numbers.start(socket.user_id, {})

    def leave(self, socket: Socket) -> None:
        """Forgets a socket."""
        if self.sockets.remove(socket):
            self.numbers.forget(socket.user_id)

    async def tail(self) -> None:
        """Looks and tells for ever."""
        while True:
            more = await self._look()
            await self._tell_numbers()
            if not more:
                await self._wait()

    async def _wait(self) -> None:
        until = self.numbers.wait(time.monotonic())
        seconds = self._look_seconds if until is None else min(self._look_seconds, until)
        # Not wait_for: before Python 3.12 it may swallow the cancelling of a task whose bell just rang.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        self._bell.clear()

    async def _look(self) -> bool:
        """One look and its telling; True when there is more to read at once."""
        seen = await self.reads(look.look_after, self.cursor, self.sockets.users)
        for told in seen.told:
            for user_id in told.users:
                for socket in self.sockets.of(user_id):
                    socket.tell(told.event_id, told.frame)
            self.cursor = told.event_id
            # A long page to many sockets must not keep pings and joins waiting.
            await asyncio.sleep(0)
        if seen.cursor < (self.cursor or 0):
            self._start_over(seen.cursor)
        self.cursor = seen.cursor
        self.numbers.touch(seen.repositories)
        self._looked.set()
        return seen.more

    def _start_over(self, head: int) -> None:
        """Another database is behind us, an older copy say: cursors mean nothing any more, and coming back tells so."""
        log.warning("The event head went back from %s to %s; live sockets start over", self.cursor, head)
        for socket in self.sockets:
            socket.outbox.close(FAULT, "the events start over: come back with your cursor")

    async def _tell_numbers(self) -> None:
        due = self.numbers.due(time.monotonic())
        if not due:
            return
        try:
            fresh = await self.reads(look.count, list(due), self.sockets.users())
            # The count may hold changes that happened since the last look; their frames go first.
            while await self._look():
                pass
        except Exception:
            self.numbers.touch(due)
            raise
        now = timezone.now()
        for user_id, repository, stats in self.numbers.changed(fresh):
            frame = messages.repository_stats_update(due[repository], stats, now)
            for socket in self.sockets.of(user_id):
                if socket.live:
                    socket.outbox.put(frame)
