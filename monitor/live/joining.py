"""How a socket comes in without a gap: registered first, then replayed to, then live."""

import time
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils import timezone

from monitor import queries
from monitor.live import messages, replay
from monitor.live.feed import Feed
from monitor.live.messages import Frame
from monitor.live.sockets import Socket


@dataclass(frozen=True, slots=True)
class Joining:
    """One socket on its way in. `after` is the client's cursor; None: it starts now.

    The socket is registered all the while, but events reach it by replay alone until the replay has come as far as
    the feed. The turn from one to the other is a single step of the event loop, so each event is either up to the
    replay's cursor, and was sent if it concerns this user, or beyond it, and the feed is going to tell it.
    """

    feed: Feed
    socket: Socket
    user: User
    after: int | None

    async def run(self) -> None:
        """Sends what was missed, `ready`, and after a replay the numbers of each repository."""
        mine = await self.feed.joins(replay.numbers_for, self.user)
        self.feed.numbers.start(self.socket.user_id, mine.stats)
        if self.after is None:
            await self._start_now()
        elif await self._catch_up(self.after):
            self._tell_numbers(mine)

    async def _start_now(self) -> None:
        head = await self.feed.joins(queries.head)
        # Waited for before it is looked at: between the comparison and `live` nothing may come.
        await self.feed.looked()
        self._go_live(max(head, self.feed.cursor or 0))

    async def _catch_up(self, after: int) -> bool:
        """True when everything missed was sent; False when the client was told to fetch anew before."""
        await self.feed.looked()
        missed = await self.feed.joins(replay.check, self.user, after)
        complete = not missed.resync
        while True:
            if missed.resync:
                complete = False
                await self._send(messages.resync(missed.cursor, timezone.now()))
            for frame in missed.frames:
                await self._send(frame)
            if missed.at_head and missed.cursor >= (self.feed.cursor or 0):
                self._go_live(missed.cursor)
                return complete
            missed = await self.feed.joins(replay.missed_after, self.user, missed.cursor)

    async def _send(self, frame: Frame) -> None:
        # A replay is no reason to call its client slow: nobody but this client waits here.
        await self.socket.outbox.room_for(frame)
        self.socket.outbox.put(frame)

    def _go_live(self, cursor: int) -> None:
        self.socket.cursor = cursor
        self.socket.live = True
        self.socket.outbox.put(messages.ready(self.socket.user_id, cursor, timezone.now()))

    def _tell_numbers(self, mine: replay.Mine) -> None:
        now = timezone.now()
        for repository, name in mine.names.items():
            stats = self.feed.numbers.of(self.socket.user_id, repository)
            self.feed.numbers.told(repository, time.monotonic())
            self.socket.outbox.put(messages.repository_stats_update(name, stats, now))
