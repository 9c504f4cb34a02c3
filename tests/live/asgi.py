"""A client at the real ASGI application, in this process: what a server would do, without one."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from monitor.database.threads import DatabaseThreads
from monitor.models import ApiToken
from prmonitor.asgi import application

PATIENCE = 10.0


class Closed(Exception):
    """The application closed the socket with `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Client:
    """One WebSocket: frames that came, and a `send` that can be made to stop taking them."""

    def __init__(self, path: str, headers: dict[str, str]) -> None:
        self.raw: deque[str] = deque()
        self.reading = asyncio.Event()
        self.reading.set()
        self._news = asyncio.Event()
        self._closed: Closed | None = None
        self._accepted = False
        self._in: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._in.put_nowait({"type": "websocket.connect"})
        path, _, query = path.partition("?")
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [],
        }
        self.task = asyncio.create_task(application(scope, self._in.get, self._send))

    async def _send(self, message: dict[str, Any]) -> None:
        if self._accepted:
            await self.reading.wait()
        if message["type"] == "websocket.accept":
            self._accepted = True
        elif message["type"] == "websocket.close":
            self._closed = Closed(message.get("code", 1000) if self._accepted else 403)
        else:
            self.raw.append(message["text"])
        self._news.set()

    def say(self, text: str | bytes | dict[str, Any]) -> None:
        """Sends a frame; a dict goes as JSON."""
        said = json.dumps(text) if isinstance(text, dict) else text
        self._in.put_nowait({"type": "websocket.receive", ("bytes" if isinstance(said, bytes) else "text"): said})

    async def text(self) -> str:
        """The next frame as it came. Errors: Closed; TimeoutError when none comes."""
        async with asyncio.timeout(PATIENCE):
            while not self.raw:
                if self._closed:
                    raise self._closed
                self._news.clear()
                await self._news.wait()
        return self.raw.popleft()

    async def frame(self, kind: str | None = None) -> dict[str, Any]:
        """The next frame, of that type if one is named (others are passed over)."""
        while True:
            got = json.loads(await self.text())
            if kind in (None, got["type"]):
                return got

    async def code(self) -> int:
        """How it was closed; frames before that are thrown away."""
        try:
            while True:
                await self.text()
        except Closed as closed:
            return closed.code

    async def ids_until_ready(self) -> list[int]:
        """The ids of the frames before `ready`."""
        ids = []
        while (got := await self.frame())["type"] != "ready":
            ids.append(got["id"])
        return ids

    async def leave(self) -> None:
        """Goes away."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(self.task, PATIENCE)


class Stage:
    """Where a test's scenario runs: makes clients and calls blocking code."""

    def __init__(self) -> None:
        self.do = DatabaseThreads("test", 3)
        self.clients: list[Client] = []

    def open(self, token: str | None = None, path: str = "/api/v1/ws/me", **headers: str) -> Client:
        """A socket, opened with an API token where one is given."""
        if token:
            headers["authorization"] = f"Bearer {token}"
        client = Client(path, headers)
        self.clients.append(client)
        return client

    async def ready(self, token: str, path: str = "/api/v1/ws/me") -> Client:
        """A socket that is live."""
        client = self.open(token, path)
        await client.frame("ready")
        return client

    async def close(self) -> None:
        for client in self.clients:
            client.reading.set()
            if not client.task.done():
                await client.leave()
        self.do.close()


@asynccontextmanager
async def _stage() -> AsyncIterator[Stage]:
    stage = Stage()
    try:
        yield stage
    finally:
        await stage.close()


def play(scenario: Callable[[Stage], Coroutine[Any, Any, None]]) -> None:
    """Runs a scenario on an event loop of its own, and with it a feed of its own."""

    async def run() -> None:
        async with _stage() as stage:
            await scenario(stage)

    asyncio.run(run())


def token_of(user: Any) -> str:
    """A new API token's text."""
    return ApiToken.create_for(user)[1]


def session_of(user: Any) -> SessionStore:
    """A browser session, as signing in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session
