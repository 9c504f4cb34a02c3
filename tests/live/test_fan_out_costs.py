"""What many sockets cost, by counting: texts made, writes to each connection, what is kept. At uvicorn's own protocol."""

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.uri import parse_uri

from monitor.live.feed_runner import running_feed
from monitor.live.handshake import Handshake
from prmonitor.asgi import application
from tests.builders import repository, user
from tests.live.asgi import PATIENCE, Stage, play, token_of
from tests.live.people import happen, watch

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, SOCKETS_EACH, EVENTS = 10, 3, 20


class Wire(asyncio.Transport):
    """The transport of one connection: keeps what is written, each write by itself."""

    def __init__(self, news: asyncio.Event) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self._news, self._closing = news, False

    def write(self, data: Any) -> None:
        self.writes.append(data)
        self._news.set()

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        self._closing = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


class Connections:
    """Connections of clients that offer compression, at the real application behind uvicorn's protocol."""

    def __init__(self, path: str) -> None:
        self.path, self.news = path, asyncio.Event()
        self.config = Config(application, ws_per_message_deflate=True)
        self.config.load()
        self.wires: list[Wire] = []
        self.protocols: list[WebSocketsSansIOProtocol] = []

    def open(self, token: str) -> None:
        protocol, wire = WebSocketsSansIOProtocol(self.config, ServerState(), {}), Wire(self.news)
        protocol.connection_made(wire)
        client = ClientProtocol(parse_uri(f"ws://localhost{self.path}"), extensions=[ClientPerMessageDeflateFactory()])
        request = client.connect()
        request.headers["Authorization"] = f"Bearer {token}"
        client.send_request(request)
        protocol.data_received(b"".join(client.data_to_send()))
        self.wires.append(wire)
        self.protocols.append(protocol)

    async def until(self, condition: Callable[[bytes], bool]) -> None:
        """Waits until it holds for what each connection was sent since the last time."""
        async with asyncio.timeout(PATIENCE):
            while not all(condition(b"".join(wire.writes)) for wire in self.wires):
                self.news.clear()
                await self.news.wait()

    def close(self) -> None:
        for protocol in self.protocols:
            protocol.connection_lost(None)


@pytest.mark.parametrize("query", ["", "?batch=1"])
def test_events_that_all_get_are_one_text_and_one_write_for_each_socket(query: str) -> None:
    repo = repository()
    people = [user(f"reader{number}") for number in range(PEOPLE)]
    for who in people:
        watch(who, repo)
    tokens = [token_of(who) for who in people]

    async def scenario(stage: Stage) -> None:
        connections = Connections(f"/api/v1/ws/me{query}")
        for token in tokens * SOCKETS_EACH:
            connections.open(token)
        await connections.until(lambda sent: b'"type":"ready"' in sent)
        for wire in connections.wires:
            wire.writes.clear()
        await stage.do(happen, repo, *range(1, EVENTS + 1))
        running_feed().read_now()
        await connections.until(lambda sent: sent.count(b'"type":"pr_update"') >= EVENTS)
        with_events = [[one for one in wire.writes if b'"pr_update"' in one] for wire in connections.wires]
        assert [len(writes) for writes in with_events] == [1] * len(connections.wires)
        assert len({id(writes[0]) for writes in with_events}) == 1
        connections.close()

    play(scenario)


def handshakes() -> list[Handshake]:
    # `type`, because `isinstance` would ask lazy objects of other tests for what they stand for.
    return [one for one in gc.get_objects() if type(one) is Handshake]


def test_an_open_socket_keeps_nothing_of_its_handshake() -> None:
    who = user()
    watch(who, repository())
    token, before = token_of(who), handshakes()

    async def scenario(stage: Stage) -> None:
        connections = Connections("/api/v1/ws/me?after=0")
        for _ in range(5):
            connections.open(token)
        await connections.until(lambda sent: b'"type":"ready"' in sent)
        assert [one for one in handshakes() if not any(one is other for other in before)] == []
        connections.close()

    play(scenario)
