"""Limits how many costly reads of one user run at once, so that only the user who asks for many has to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

MOST = 2
WAIT_SECONDS = 5.0


class TooManyAtOnce(Exception):
    """The user's other reads did not end within `WAIT_SECONDS`; `retry_after` in seconds."""

    retry_after = 1

    def __init__(self) -> None:
        super().__init__(f"more than {MOST} of your searches run at once; ask again when they have ended")


_lock = Lock()
_running: dict[int, tuple[BoundedSemaphore, int]] = {}  # by user: places, and how many hold or want one


@contextmanager
def few_at_once(user_id: int) -> Iterator[None]:
    """Holds one of the user's places in this process; waits until one is free. Errors: TooManyAtOnce."""
    places = _want(user_id)
    try:
        if not places.acquire(timeout=WAIT_SECONDS):
            raise TooManyAtOnce
        try:
            yield
        finally:
            places.release()
    finally:
        _leave(user_id)


def _want(user_id: int) -> BoundedSemaphore:
    with _lock:
        places, count = _running.get(user_id, (BoundedSemaphore(MOST), 0))
        _running[user_id] = places, count + 1
        return places


def _leave(user_id: int) -> None:
    with _lock:
        places, count = _running[user_id]
        if count == 1:
            del _running[user_id]
        else:
            _running[user_id] = places, count - 1
