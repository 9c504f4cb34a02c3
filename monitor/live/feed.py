"""The feed: one per web process, it reads new events once and hands them to all of the process's sockets."""

import asyncio
import logging
import time
from asyncio import AbstractEventLoop
from collections.abc import Awaitable, Callable

from channels.layers import get_channel_layer
from django.conf import settings
from django.utils import timezone

from monitor.doorbell import GROUP
from monitor.live import look, messages
from monitor.live.credentials import users_of
from monitor.live.numbers import Numbers
from monitor.live.outbox import TOO_SLOW
from monitor.live.sockets import Socket, Sockets
from monitor.live.threads import DatabaseThreads

LOOK_SECONDS = 0.25
# With a doorbell the look only makes up for rings that were lost.
LOOK_SECONDS_WITH_DOORBELL = 5.0
HEARTBEAT_SECONDS = 20.0
PAUSE_AFTER_FAULT_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
SIGNED_OUT = 4401
FAULT = 4500
log = logging.getLogger(__name__)


class Feed:
    """Tails the events, beats the heart, tells changed numbers. Never waits for a client, never dies of an error.

    `cursor` is how far every live socket was told; None until the first look.
    """

    def __init__(self) -> None:
        self.cursor: int | None = None
        self.sockets = Sockets()
        self.numbers = Numbers()
        self.joins = DatabaseThreads("live-join", 2)
        self._reads = DatabaseThreads("live-feed", 1)
        self._look_seconds = LOOK_SECONDS_WITH_DOORBELL if settings.REDIS_URL else LOOK_SECONDS
        self._bell = asyncio.Event()
        self._looked = asyncio.Event()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Ends, and closes the database connections; the server closes the sockets."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def ring(self) -> None:
        """Has the feed look now."""
        self._bell.set()

    async def looked(self) -> int:
        """The cursor; waits for the first look."""
        await self._looked.wait()
        assert self.cursor is not None
        return self.cursor

    def enter(self, socket: Socket) -> None:
        """Registers a socket."""
        self.sockets.add(socket)
        # Known from the first moment: a count made while it joins must not be overwritten by an older one.
        self.numbers.start(socket.user_id, {})

    def leave(self, socket: Socket) -> None:
        """Forgets a socket."""
        if self.sockets.remove(socket):
            self.numbers.forget(socket.user_id)

    async def _run(self) -> None:
        acts: list[Callable[[], Awaitable[None]]] = [self._tail, self._beat]
        if settings.REDIS_URL:
            acts.append(self._listen)
        try:
            await asyncio.gather(*(_forever(act) for act in acts))
        finally:
            _feeds.pop(asyncio.get_running_loop(), None)
            self._reads.close()
            self.joins.close()

    async def _tail(self) -> None:
        while True:
            more = await self._look()
            await self._tell_numbers()
            if not more:
                await self._wait()

    async def _wait(self) -> None:
        until = self.numbers.wait(time.monotonic())
        seconds = self._look_seconds if until is None else min(self._look_seconds, until)
        try:
            await asyncio.wait_for(self._bell.wait(), seconds)
        except TimeoutError:
            return
        self._bell.clear()

    async def _look(self) -> bool:
        """One look and its telling; True when there is more to read at once."""
        seen = await self._reads(look.look_after, self.cursor, self.sockets.users)
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
            fresh = await self._reads(look.count, list(due), self.sockets.users())
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

    async def _beat(self) -> None:
        """Each socket once a period: is its sign-in still good, and how far was it told."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            await self._beat_once()

    async def _beat_once(self) -> None:
        for socket in self.sockets:
            if socket.outbox.is_stuck():
                socket.outbox.close(TOO_SLOW, "too slow: come back with your cursor")
        live = [socket for socket in self.sockets if socket.live]
        if not live:
            return
        signed_in = await self._reads(users_of, {socket.credential for socket in live})
        cursor, now = await self.looked(), timezone.now()
        frame = messages.heartbeat(cursor, now)
        for socket in live:
            user = signed_in.get(socket.credential)
            if user is None or user.pk != socket.user_id:
                socket.outbox.close(SIGNED_OUT, "signed out")
            elif socket.cursor > cursor:
                socket.outbox.put(messages.heartbeat(socket.cursor, now))
            else:
                socket.outbox.put(frame)

    async def _listen(self) -> None:
        """Rings at each message of the doorbell's group."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        while True:
            await layer.receive(channel)
            self.ring()


async def _forever(act: Callable[[], Awaitable[None]]) -> None:
    """Starts `act` again whenever it fails: without the feed every page of this process would stand still."""
    pause = PAUSE_AFTER_FAULT_SECONDS
    while True:
        began = time.monotonic()
        try:
            await act()
        except Exception:
            log.exception("The live feed stumbled and goes on")
        await asyncio.sleep(pause)
        quickly = time.monotonic() - began < 60
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS) if quickly else PAUSE_AFTER_FAULT_SECONDS


_feeds: dict[AbstractEventLoop, Feed] = {}


def running_feed() -> Feed:
    """This process's feed, started if need be. One per event loop, of which a server has one."""
    loop = asyncio.get_running_loop()
    feed = _feeds.get(loop)
    if feed is None:
        feed = _feeds[loop] = Feed()
    return feed


def sockets_open() -> int:
    """How many sockets this process serves right now."""
    return sum(1 for feed in list(_feeds.values()) for _ in feed.sockets)
