"""Many sockets come at once while many people load pages: nobody's socket pays for somebody's page."""

import asyncio
import os
import socket as sockets
import statistics
import time

import pytest
from websockets.asyncio.client import connect

from monitor.models import ApiToken, Repository, Subscription
from monitor.models.api_token import digest_of
from monitor.recording.recorder import record
from tests.builders import asked, at, snapshot, user
from tests.live.asgi import session_of
from tests.live.servers import serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SLOW = bool(os.environ.get("PRMONITOR_SLOW"))
SOCKETS, READERS, PEOPLE, REPOSITORIES, PULLS = (500, 16, 50, 100, 20) if SLOW else (100, 4, 10, 10, 10)
PATIENCE = 120


def crowd() -> tuple[list[str], list[str]]:
    """People who watch a fifth of all repositories each; their tokens, and the cookies of the readers."""
    repositories = [
        Repository.objects.create(
            node_id=f"R_{number}", full_name=f"acme/r{number}", url=f"https://x.example/acme/r{number}"
        )
        for number in range(REPOSITORIES)
    ]
    people = [user(f"person{number}") for number in range(PEOPLE)]
    for place, repository in enumerate(repositories):
        looks = [
            snapshot(
                number,
                node_id=f"PR_{place}_{number}",
                review_requests=(asked(f"person{(place + number) % PEOPLE}"), asked(f"person{number % PEOPLE}")),
            )
            for number in range(1, PULLS + 1)
        ]
        record(repository, looks, now=at(1), first_look=True)
    Subscription.objects.bulk_create(
        Subscription(user=one, repository=repositories[(number + 5 * step) % REPOSITORIES], filters=["all"])
        for number, one in enumerate(people)
        for step in range(REPOSITORIES // 5)
    )
    texts = [f"prm_{number:040}" for number in range(PEOPLE)]
    ApiToken.objects.bulk_create(
        ApiToken(user=one, name="crowd", digest=digest_of(text)) for one, text in zip(people, texts, strict=True)
    )
    return texts, [f"sessionid={session_of(one).session_key}" for one in people[:READERS]]


@pytest.mark.slow
def test_all_are_let_in_while_pages_are_loaded() -> None:
    tokens, cookies = crowd()

    async def read_pages(address: str, cookie: str, done: asyncio.Event) -> int:
        host, port = address.split(":")
        request = (
            f"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        )
        count = 0
        while not done.is_set():
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(request.encode())
            first = await reader.readline()
            assert b" 200 " in first, first
            await reader.read()
            writer.close()
            count += 1
        return count

    async def join(address: str, token: str) -> float:
        began = time.monotonic()
        headers = {"Authorization": f"Bearer {token}"}
        async with connect(f"ws://{address}/api/v1/ws/me", additional_headers=headers, open_timeout=PATIENCE) as client:
            assert '"ready"' in await asyncio.wait_for(client.recv(), PATIENCE)
            return time.monotonic() - began

    async def scenario(address: str) -> tuple[list[float | BaseException], list[int]]:
        done = asyncio.Event()
        pages = [asyncio.create_task(read_pages(address, cookie, done)) for cookie in cookies]
        await asyncio.sleep(1)
        joins = [asyncio.create_task(join(address, tokens[number % PEOPLE])) for number in range(SOCKETS)]
        joined = await asyncio.gather(*joins, return_exceptions=True)
        done.set()
        return joined, await asyncio.gather(*pages)

    with serving("daphne") as (address, _):
        wait_for(address)
        joined, pages = asyncio.run(scenario(address))
    cut = [error for error in joined if isinstance(error, BaseException)]
    seconds = sorted(one for one in joined if isinstance(one, float))
    if seconds:
        print(
            f"{len(seconds)} of {SOCKETS} in, p50 {statistics.median(seconds):.1f} s, p95 {seconds[int(len(seconds) * 0.95)]:.1f} s,"
            f" last {seconds[-1]:.1f} s, {sum(pages)} pages beside them"
        )
    assert cut == []


def wait_for(address: str) -> None:
    host, port = address.split(":")
    with sockets.create_connection((host, int(port)), PATIENCE) as client:
        client.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert client.recv(100)
