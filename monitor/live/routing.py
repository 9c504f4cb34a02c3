"""The address of the live socket, for Channels' URLRouter."""

from typing import Any

from django.urls import URLPattern, re_path

from monitor.live.consumers import LiveConsumer


async def refuse_unknown_address(scope: Any, receive: Any, send: Any) -> None:
    """Refuses the handshake: there is no socket at this address."""
    await receive()
    await send({"type": "websocket.close"})


websocket_urlpatterns: list[URLPattern] = [
    re_path(r"^api/v1/ws/(?P<user_id>[^/]+)/?$", LiveConsumer.as_asgi()),
    re_path(r"", refuse_unknown_address),  # type: ignore[arg-type] # an ASGI application, as Channels' router wants
]
