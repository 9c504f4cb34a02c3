"""Starts the live feed with the web server and stops it with it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from monitor.live.running import running_feed, stop_feed

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class WithFeed:
    """ASGI middleware: answers the lifespan protocol, which neither Django nor Channels speaks.

    uvicorn sends it; daphne does not, and there the first connection starts the feed.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        running_feed()
        if scope["type"] != "lifespan":
            await self.application(scope, receive, send)
            return
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await stop_feed()
        await send({"type": "lifespan.shutdown.complete"})
