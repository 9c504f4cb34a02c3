"""The socket over the wire, under daphne and uvicorn: handshakes, close codes, slow clients, stopping."""

import asyncio
import json
import socket
import time
from functools import partial

import pytest
from websockets import ConnectionClosed, InvalidStatus
from websockets.asyncio.client import ClientConnection, connect

from monitor.models import EventSequence
from tests.builders import repository, user
from tests.live.asgi import PATIENCE, session_of, token_of
from tests.live.people import happen, watch
from tests.live.servers import serving, stop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["daphne", pytest.param("uvicorn", marks=pytest.mark.slow)])
def server(request):
    with serving(request.param) as (address, process):
        yield address, process


@pytest.fixture(autouse=True)
def _higher_every_time():
    """Event ids no server has seen before, although the tests' database starts over each time."""
    now = time.time_ns() // 1_000_000
    EventSequence.objects.update(last=now, pruned=now)


async def closed_with(opening: connect) -> int | None:
    """The code a socket is closed with, or the HTTP status of a refused handshake."""
    try:
        async with opening as client:
            return await closed_code(client)
    except InvalidStatus as refused:
        return refused.response.status_code


async def closed_code(client: ClientConnection) -> int | None:
    """Reads to the end."""
    await asyncio.wait_for(drain(client), PATIENCE)
    return client.close_code


async def drain(client: ClientConnection) -> list[dict]:
    """Everything until the socket is closed, in whatever way."""
    got = []
    try:
        while True:
            got.append(json.loads(await client.recv()))
    except ConnectionClosed:
        return got


async def frame(client: ClientConnection, kind: str | None = None) -> dict:
    while True:
        got = json.loads(await asyncio.wait_for(client.recv(), PATIENCE))
        if kind in (None, got["type"]):
            return got


def test_over_the_wire(server):
    address, process = server
    repo, heron, wren = repository(), user("heron"), user("wren")
    watch(heron, repo)
    token, session = token_of(heron), session_of(heron)
    bearer = {"Authorization": f"Bearer {token}"}
    cookie = {"Cookie": f"sessionid={session.session_key}"}

    def at(path: str, headers: dict | None = None, origin: str | None = None, **more) -> connect:
        return connect(
            f"ws://{address}/api/v1/ws/{path}", additional_headers=headers, origin=origin, open_timeout=PATIENCE, **more
        )

    async def scenario():
        codes = {
            "anonymous": await closed_with(at("me")),
            "wrong token": await closed_with(at("me", {"Authorization": "Bearer prm_wrong"})),
            "somebody else": await closed_with(at(str(wren.pk), bearer)),
            "bad cursor": await closed_with(at("me?after=x", bearer)),
            "foreign page": await closed_with(at("me", cookie, "http://evil.example")),
            "no page": await closed_with(at("me", cookie)),
            "no socket here": await closed_with(at("me/more", bearer)),
        }
        assert codes == {
            "anonymous": 4401,
            "wrong token": 4401,
            "somebody else": 4403,
            "bad cursor": 4400,
            "foreign page": 403,
            "no page": 403,
            "no socket here": 403,
        }
        async with at("me", cookie, f"http://{address}") as page, at(str(heron.pk), bearer) as program:
            assert (await frame(page))["type"] == "ready"
            cursor = (await frame(program))["data"]["cursor"]
            ids = await asyncio.to_thread(happen_and_close, repo, 1, 2)
            for client in (page, program):
                assert [(await frame(client, "pr_update"))["id"] for _ in ids] == ids
            await program.send('{"type": "ping"}')
            assert (await frame(program, "pong"))["type"] == "pong"
            await program.send("x" * 102_400)
            assert await closed_code(program) == 4413
            async with at(f"me?after={cursor}&batch=1", bearer) as back:
                batch = await frame(back)
                assert [one["type"] for one in batch["data"]][:3] == ["pr_update", "pr_update", "ready"]
                took = await asyncio.to_thread(stop, process)
            assert took < 5

    asyncio.run(scenario())


def happen_and_close(*args, **kwargs) -> list[int]:
    from django.db import connections

    try:
        return happen(*args, **kwargs)
    finally:
        connections.close_all()


@pytest.mark.slow
def test_a_client_that_stops_reading_is_closed_and_everybody_else_is_served(server):
    address, _ = server
    repo, heron = repository(), user("heron")
    watch(heron, repo)
    bearer = {"Authorization": f"Bearer {token_of(heron)}"}

    async def scenario():
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        narrow.setblocking(False)
        host, port = address.split(":")
        await asyncio.get_running_loop().sock_connect(narrow, (host, int(port)))
        url = f"ws://{address}/api/v1/ws/me"
        # Compressed, all of it would fit into the kernel's buffers.
        plain = partial(connect, additional_headers=bearer, open_timeout=PATIENCE, compression=None)
        async with plain(url) as healthy, plain(url, sock=narrow, max_queue=1) as slow:
            await frame(healthy, "ready")
            await frame(slow, "ready")
            ids = []
            for first in range(0, 120, 10):
                ids += await asyncio.to_thread(happen_and_close, repo, *range(first, first + 10), title="x" * 100_000)
                assert [(await frame(healthy, "pr_update"))["id"] for _ in range(10)] == ids[first:]
            seen = [one["id"] for one in await asyncio.wait_for(drain(slow), PATIENCE) if one["type"] == "pr_update"]
            assert slow.close_code == 4408
            assert 0 < len(seen) < len(ids)
            assert seen == ids[: len(seen)]
        async with plain(f"{url}?after={seen[-1]}") as back:
            assert [(await frame(back))["id"] for _ in ids[len(seen) :]] == ids[len(seen) :]

    asyncio.run(scenario())
