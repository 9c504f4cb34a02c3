"""The types of ASGI's `receive` and `send`: https://asgi.readthedocs.io/en/latest/specs/main.html#applications"""

from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any

AsgiMessage = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
# A coroutine, where ASGI promises any awaitable: the outbox runs it up to the first wait.
Send = Callable[[AsgiMessage], Coroutine[Any, Any, None]]
