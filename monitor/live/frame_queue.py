"""The frames that wait for one client: in order, limited in number and in bytes, taken singly or joined in batches."""

from collections import deque
from functools import lru_cache

from django.utils import timezone

from monitor.live import server_frames
from monitor.live.server_frames import Frame

MAX_FRAMES = 1_000
MAX_BYTES = 4 * 1024 * 1024
BATCH_FRAMES = 100
# Many client libraries refuse frames of more than 1 MiB by default.
BATCH_BYTES = 512 * 1024


@lru_cache(maxsize=4)
def _joined(frames: tuple[Frame, ...]) -> Frame:
    # Sockets that get the same frames share the text of the batch.
    return server_frames.batch(frames, timezone.now())


class FrameQueue:
    """A queue of frames. With `batches`, `take` joins the frames that wait into one."""

    __slots__ = ("_bytes", "_frames", "batches")

    def __init__(self, *, batches: bool) -> None:
        self.batches = batches
        # An empty deque takes 760 bytes, and most sockets have nothing that waits.
        self._frames: deque[Frame] | None = None
        self._bytes = 0

    def __bool__(self) -> bool:
        return bool(self._frames)

    def add(self, frame: Frame) -> bool:
        """Queues a frame. When the queue is then over its limit: empties the queue and returns False.

        A single frame may have any size: its reader could never get past it otherwise.
        """
        if self._frames is None:
            self._frames = deque()
        self._frames.append(frame)
        self._bytes += frame.size
        if len(self._frames) < MAX_FRAMES and (self._bytes <= MAX_BYTES or len(self._frames) == 1):
            return True
        self.clear()
        return False

    def would_be_half_full(self, frame: Frame) -> bool:
        """Whether the queue would be at least half full with `frame`."""
        return len(self._frames or ()) >= MAX_FRAMES // 2 or self._bytes + frame.size > MAX_BYTES // 2

    def take(self) -> Frame:
        """The next frame; with `batches`, the next frames as one."""
        taken = [self._next()]
        size = taken[0].size
        while self.batches and self._frames and len(taken) < BATCH_FRAMES and size < BATCH_BYTES:
            taken.append(self._next())
            size += taken[-1].size
        return taken[0] if len(taken) == 1 else _joined(tuple(taken))

    def ready_made(self, frames: tuple[Frame, ...]) -> bytes | None:
        """The bytes of these frames when nothing else waits; None: they have to wait for others to be joined with."""
        if not self.batches:
            return server_frames.wire_of(frames)
        if 2 <= len(frames) <= BATCH_FRAMES and sum(frame.size for frame in frames) <= BATCH_BYTES:
            return _joined(frames).wire
        return None

    def clear(self) -> None:
        """Drops all frames."""
        self._frames = None
        self._bytes = 0

    def _next(self) -> Frame:
        if self._frames is None:
            raise IndexError("the queue is empty")
        frame = self._frames.popleft()
        self._bytes -= frame.size
        self._frames = self._frames or None
        return frame
