"""The open sockets of this process, grouped by user."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.live.credentials import SocketCredential
from monitor.live.frame_sender import FrameSender
from monitor.live.server_frames import Frame


@dataclass(eq=False, slots=True)
class Socket:
    """One client: its user, its credential, the frames that wait for it, and the cursor of its replay.

    Until the socket is live, it gets events only from the replay, so no event is sent twice or out of order.
    """

    user_id: int
    credential: SocketCredential
    sender: FrameSender
    cursor: int = 0
    live: bool = False

    def send_events(self, event_ids: tuple[int, ...], frames: tuple[Frame, ...]) -> None:
        """Sends the frames of these events, in order, without those that the replay has sent or will send."""
        if not self.live:
            return
        if event_ids[0] <= self.cursor:
            frames = tuple(frame for id, frame in zip(event_ids, frames, strict=True) if id > self.cursor)
        if frames:
            self.sender.send_all(frames)


class Sockets:
    """All open sockets. Other threads may read them; only the event loop's thread changes them."""

    def __init__(self) -> None:
        self._by_user: dict[int, set[Socket]] = {}

    def __iter__(self) -> Iterator[Socket]:
        for user_id in self.user_ids():
            yield from self.of(user_id)

    def user_ids(self) -> list[int]:
        """The users who have a socket open now."""
        return list(self._by_user)

    def of(self, user_id: int) -> tuple[Socket, ...]:
        """The sockets of a user."""
        return tuple(self._by_user.get(user_id, ()))

    def add(self, socket: Socket) -> None:
        self._by_user.setdefault(socket.user_id, set()).add(socket)

    def remove(self, socket: Socket) -> bool:
        """Removes a socket; True when its user has no other one."""
        remaining = self._by_user.get(socket.user_id, set())
        remaining.discard(socket)
        if remaining:
            return False
        return self._by_user.pop(socket.user_id, None) is not None
