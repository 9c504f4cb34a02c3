"""Starts the live feed when the web server starts, and stops the feed when the server stops."""

from collections.abc import MutableMapping
from typing import Any

from monitor.live.asgi_types import Receive, Send
from monitor.live.feed_runner import running_feed, stop_feed


class WithFeed:
    """ASGI middleware: answers the lifespan protocol, which neither Django nor Channels implements.

    uvicorn sends lifespan messages. daphne sends none, so under daphne the first connection starts the feed.
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
