"""The open sockets of this process, by user."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.live.credentials import Credential
from monitor.live.messages import Frame
from monitor.live.outbox import Outbox


@dataclass(eq=False, slots=True)
class Socket:
    """One client: who it is, what it has yet to take, and up to where it has been told everything.

    Until it is live, events reach it by replay alone, so nothing is sent twice or out of order.
    """

    user_id: int
    credential: Credential
    outbox: Outbox
    cursor: int = 0
    live: bool = False

    def tell(self, event_id: int, frame: Frame) -> None:
        """Hands over an event, unless the replay already did or will."""
        if self.live and event_id > self.cursor:
            self.outbox.put(frame)


class Sockets:
    """Who listens. Read from other threads, changed by the event loop's alone."""

    def __init__(self) -> None:
        self._by_user: dict[int, set[Socket]] = {}

    def __iter__(self) -> Iterator[Socket]:
        for user_id in self.users():
            yield from self.of(user_id)

    def users(self) -> list[int]:
        """The users who have a socket open, at this very moment."""
        return list(self._by_user)

    def of(self, user_id: int) -> tuple[Socket, ...]:
        """A user's sockets."""
        return tuple(self._by_user.get(user_id, ()))

    def add(self, socket: Socket) -> None:
        self._by_user.setdefault(socket.user_id, set()).add(socket)

    def remove(self, socket: Socket) -> bool:
        """Forgets a socket; True when it was its user's last one."""
        open_ones = self._by_user.get(socket.user_id, set())
        open_ones.discard(socket)
        if open_ones:
            return False
        return self._by_user.pop(socket.user_id, None) is not None
