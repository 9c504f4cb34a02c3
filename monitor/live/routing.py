"""The socket's address, for Channels' URLRouter."""

from typing import Any

from django.urls import URLPattern, re_path

from monitor.live.consumers import LiveConsumer


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """No socket lives at this address: the handshake is refused."""
    await receive()
    await send({"type": "websocket.close"})


websocket_urlpatterns: list[URLPattern] = [
    re_path(r"^api/v1/ws/(?P<user_id>[^/]+)/?$", LiveConsumer.as_asgi()),
    re_path(r"", nowhere),  # type: ignore[arg-type] # an ASGI application, as Channels' router wants
]
