"""Keeps this process's feed running: starts it with the first connection, and again after any fault."""

import asyncio
import logging
import time
from asyncio import AbstractEventLoop, Task
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings

from monitor.doorbell import GROUP
from monitor.live.feed import Feed
from monitor.live.heartbeat import beat_for_ever

PAUSE_AFTER_FAULT_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
log = logging.getLogger(__name__)

# By event loop, of which a server has one.
_running: dict[AbstractEventLoop, tuple[Feed, Task[None]]] = {}


def running_feed() -> Feed:
    """This process's feed, started if need be."""
    loop = asyncio.get_running_loop()
    if loop not in _running:
        feed = Feed()
        _running[loop] = feed, loop.create_task(_run(feed))
    return _running[loop][0]


def sockets_open() -> int:
    """How many sockets this process serves right now."""
    return sum(1 for feed, _ in list(_running.values()) for _ in feed.sockets)


async def stop_feed() -> None:
    """Ends it and closes its database connections; its sockets are the server's to close."""
    _, task = _running.get(asyncio.get_running_loop(), (None, None))
    if task is not None:
        task.cancel()
        await asyncio.wait([task])


async def _run(feed: Feed) -> None:
    acts: list[Callable[[], Coroutine[Any, Any, None]]] = [feed.tail, partial(beat_for_ever, feed)]
    if settings.REDIS_URL:
        acts.append(partial(_listen, feed))
    try:
        async with asyncio.TaskGroup() as group:
            for act in acts:
                group.create_task(_for_ever(act))
    finally:
        del _running[asyncio.get_running_loop()]
        feed.reads.close()
        feed.doors.close()
        feed.joins.close()


async def _listen(feed: Feed) -> None:
    """Rings at each message of the doorbell's group."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(GROUP, channel)
    # What happened before the subscription stood was not heard.
    feed.ring()
    while True:
        await layer.receive(channel)
        feed.ring()


async def _for_ever(act: Callable[[], Coroutine[Any, Any, None]]) -> None:
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
