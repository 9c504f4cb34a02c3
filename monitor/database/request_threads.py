"""The threads that answer requests: a few, which keep their database connections from one request to the next.

By default, Django runs each request of an ASGI server in a new thread, and so with a new database connection; and any
number of threads compute at once. Each time the event loop has waited for a socket, it has to win Python's lock back
from all of them, so a crowd of page loads holds up everything live.
"""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, MutableMapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import ThreadSensitiveContext
from django.db import connections

from monitor.database.pool import return_connection

P = ParamSpec("P")
T = TypeVar("T")
AsgiCallable = Callable[..., Any]
# So many requests may wait for outside systems at once without taking a place from the others.
MAX_OUTSIDE_WAITS = 32
_current = threading.local()


class RequestThreads:
    """ASGI middleware: runs the synchronous part of each request in one of `count` threads; other requests wait.

    A request takes a thread when it first needs one, after its body has arrived, and keeps the thread until it ends.
    Requests to the paths `apart` have one thread of their own, and wait for nobody else.
    """

    def __init__(self, application: AsgiCallable, count: int, apart: Collection[str] = ()) -> None:
        self._application = application
        self._count = count
        self._apart = apart
        self._thread_apart = ThreadPoolExecutor(1, "request-apart")
        self._lock = threading.Lock()
        self._working = 0
        self._outside_waits = 0
        self._idle: list[ThreadPoolExecutor] = []
        self._queue: deque[RequestThread] = deque()

    async def __call__(self, scope: MutableMapping[str, Any], *channels: Any) -> None:
        if scope["type"] != "http":
            await self._application(scope, *channels)
            return
        if scope["path"] in self._apart:
            async with ThreadSensitiveContext(executor=self._thread_apart):
                await self._application(scope, *channels)
            return
        thread = RequestThread(self)
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self._application(scope, *channels)
        finally:
            thread.end()

    def queue(self, request: "RequestThread") -> None:
        """Gives the request a thread, now or when one is free."""
        with self._lock:
            self._queue.append(request)
        self._start_next()

    def take_back(self, thread: ThreadPoolExecutor) -> None:
        """The request that had the thread has ended."""
        with self._lock:
            self._working -= 1
            surplus = len(self._idle) >= self._count
            if not surplus:
                self._idle.append(thread)
        if surplus:
            _end(thread, wait=False)
        self._start_next()

    @contextmanager
    def outside_wait(self) -> Iterator[None]:
        """Lets another request have the place of the calling thread for a while."""
        with self._lock:
            lends = self._outside_waits < MAX_OUTSIDE_WAITS
            self._outside_waits += lends
        self._start_next()
        try:
            yield
        finally:
            with self._lock:
                self._outside_waits -= lends

    def close(self) -> None:
        """Ends the threads, which have no request any more, and closes their connections."""
        with self._lock:
            idle, self._idle = [*self._idle, self._thread_apart], []
        for thread in idle:
            _end(thread)

    def _start_next(self) -> None:
        with self._lock:
            while self._queue and self._working - self._outside_waits < self._count:
                thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, "request")
                if self._queue.popleft().start(thread):
                    self._working += 1
                else:
                    self._idle.append(thread)


class RequestThread(Executor):
    """The executor of one request: all calls run in the same thread, in order."""

    def __init__(self, threads: RequestThreads) -> None:
        self._ended = False
        self._threads = threads
        self._thread: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], object]] = []
        self._last: Future[Any] | None = None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Runs `fn` in the request's thread, as soon as the request has one."""
        future: Future[T] = Future()

        def run() -> None:
            _run(self._threads, future, lambda: fn(*args, **kwargs))

        with self._lock:
            self._last = future
            if self._thread is not None:
                self._thread.submit(run)
                return future
            self._waiting.append(run)
            first = len(self._waiting) == 1
        if first:
            self._threads.queue(self)
        return future

    def start(self, thread: ThreadPoolExecutor) -> bool:
        """The request gets its thread; False: the request has ended, and needs none any more."""
        with self._lock:
            if not self._ended:
                self._thread = thread
                for run in self._waiting:
                    thread.submit(run)
            return not self._ended

    def end(self) -> None:
        """Gives the thread back, once the last call has ended: nobody may wait any more for a call that still runs."""
        with self._lock:
            self._ended = True
            thread, last = self._thread, self._last
        if thread is not None and last is not None:
            last.add_done_callback(lambda _: self._threads.take_back(thread))


def _end(thread: ThreadPoolExecutor, *, wait: bool = True) -> None:
    thread.submit(connections.close_all)
    thread.shutdown(wait=wait)


def _run(threads: RequestThreads, future: "Future[T]", call: Callable[[], T]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    _current.threads = threads
    try:
        result = call()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)


@contextmanager
def outside_wait() -> Iterator[None]:
    """While the calling thread waits for an outside system, it takes neither a place nor a connection from others."""
    return_connection()
    threads: RequestThreads | None = getattr(_current, "threads", None)
    if threads is None:
        yield
    else:
        with threads.outside_wait():
            yield
