"""Runs queries off the event loop, in threads with connections of their own that are closed for certain."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from monitor.database.pool import leave_pool

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThreads:
    """A few threads for queries, outside the pool of the requests. Channels' own way gives a whole process one thread."""

    def __init__(self, name: str, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name, initializer=leave_pool)
        self._connections: set[BaseDatabaseWrapper] = set()

    async def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `function` in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: self._run(function, *args, **kwargs)
        )

    def close(self) -> None:
        """Waits for what is running and closes every thread's connections."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        # Django lets nobody touch a connection in a thread that runs an event loop.
        closer = Thread(target=self._close_connections)
        closer.start()
        closer.join()

    def _run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            self._keep_track()
            close_old_connections()

    def _close_connections(self) -> None:
        for connection in self._connections:
            connection.close()

    def _keep_track(self) -> None:
        for connection in connections.all(initialized_only=True):
            if connection not in self._connections:
                # `close` runs in another thread, after this one has ended.
                connection.inc_thread_sharing()
                self._connections.add(connection)
