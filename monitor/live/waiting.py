"""Frames waiting for one client: in order, counted in frames and bytes, taken out singly or joined."""

from collections import deque
from functools import lru_cache

from django.utils import timezone

from monitor.live import messages
from monitor.live.messages import Frame

MAX_FRAMES = 1_000
MAX_BYTES = 4 * 1024 * 1024
BATCH_FRAMES = 100
# Many client libraries refuse frames of more than 1 MiB unless told otherwise.
BATCH_BYTES = 512 * 1024


@lru_cache(maxsize=4)
def _joined(frames: tuple[Frame, ...]) -> Frame:
    # Sockets that hear the same burst share its text.
    return messages.batch(frames, timezone.now())


class Waiting:
    """A queue of frames. `joins`: whether a burst is taken out as one frame."""

    __slots__ = ("_bytes", "_frames", "joins")

    def __init__(self, *, joins: bool) -> None:
        self.joins = joins
        self._frames: deque[Frame] = deque()
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._frames)

    def add(self, frame: Frame) -> bool:
        """Queues a frame; False when that makes it too much: then nothing waits any more.

        One frame may wait however big it is: its reader could never get past it otherwise.
        """
        self._frames.append(frame)
        self._bytes += frame.size
        if len(self._frames) < MAX_FRAMES and (self._bytes <= MAX_BYTES or len(self._frames) == 1):
            return True
        self.clear()
        return False

    def would_be_half_full(self, frame: Frame) -> bool:
        """Whether `frame` would take up the second half of what may wait."""
        return len(self._frames) >= MAX_FRAMES // 2 or self._bytes + frame.size > MAX_BYTES // 2

    def take(self) -> Frame:
        """The next frame, or as many as go into one."""
        taken = [self._next()]
        size = taken[0].size
        while self.joins and self._frames and len(taken) < BATCH_FRAMES and size < BATCH_BYTES:
            taken.append(self._next())
            size += taken[-1].size
        return taken[0] if len(taken) == 1 else _joined(tuple(taken))

    def clear(self) -> None:
        """Throws everything away."""
        self._frames.clear()
        self._bytes = 0

    def _next(self) -> Frame:
        frame = self._frames.popleft()
        self._bytes -= frame.size
        return frame
