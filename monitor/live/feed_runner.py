"""Keeps the feed of this process running: starts it with the first connection, and again after each error."""

import asyncio
import logging
import time
from asyncio import AbstractEventLoop, Task
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from monitor.live.feed import Feed
from monitor.live.heartbeat import send_heartbeats
from monitor.recording.new_events_signal import NEW_EVENTS_GROUP

PAUSE_AFTER_FAULT_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
log = logging.getLogger(__name__)

# By event loop; a server has one.
_running: dict[AbstractEventLoop, tuple[Feed, Task[None]]] = {}


def running_feed() -> Feed:
    """The feed of this process; the first call starts it."""
    loop = asyncio.get_running_loop()
    if loop not in _running:
        feed = Feed()
        _running[loop] = feed, loop.create_task(_run(feed))
    return _running[loop][0]


def open_socket_count() -> int:
    """How many sockets this process has open."""
    return sum(1 for feed, _ in list(_running.values()) for _ in feed.sockets)


async def stop_feed() -> None:
    """Stops the feed and closes its database connections; the server closes the sockets."""
    _, task = _running.get(asyncio.get_running_loop(), (None, None))
    if task is not None:
        task.cancel()
        await asyncio.wait([task])


async def _run(feed: Feed) -> None:
    jobs: list[Callable[[], Coroutine[Any, Any, None]]] = [feed.run, partial(send_heartbeats, feed)]
    if settings.REDIS_URL:
        jobs.append(partial(_listen, feed))
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(_restart_for_ever(job))
    finally:
        del _running[asyncio.get_running_loop()]
        feed.feed_threads.close()
        feed.sign_in_threads.close()
        feed.join_threads.close()


async def _listen(feed: Feed) -> None:
    """Makes the feed read at each signal of new events."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(NEW_EVENTS_GROUP, channel)
    # There was no message about what happened before the subscription.
    feed.read_now()
    while True:
        await layer.receive(channel)
        feed.read_now()


async def _restart_for_ever(job: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Starts `job` again whenever it fails: without the feed, no page of this process would be updated."""
    pause = PAUSE_AFTER_FAULT_SECONDS
    while True:
        began = time.monotonic()
        try:
            await job()
        except Exception:
            log.exception("The live feed stumbled and goes on")
        await asyncio.sleep(pause)
        failed_soon = time.monotonic() - began < 60
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS) if failed_soon else PAUSE_AFTER_FAULT_SECONDS
