"""How soon people hear: events, webhooks, clients beside one that never reads, and the first page after the start.

    python benchmarks/latency.py [--database postgres://… --redis redis://…] [--only TEXT] [--json FILE]

Embedded (SQLite, nothing else) by default; `--database` names an empty database, and with `--redis` the same is measured
with servers. The web process is uvicorn, or what `up` starts. QUICK=1 measures fewer events.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket as sockets
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _world
from _github import GitHub, github
from _server import PATIENCE, PRMONITOR, Crowd, Server, token
from _table import QUICK, Line, Table, at_least, at_most, parser
from side_by_side import Story, environment_of, prepare

LISTENERS = 50
EVENTS = 30 if QUICK else 100
HEALTHY, FRAMES = (50, 300) if QUICK else (200, 1500)
ACTS = 10 if QUICK else 40
SECRET = "for-measurements-alone"  # noqa: S105 - no secret of anybody


class Stopwatch(Crowd):
    """A crowd that notes when the first of it hears of each event."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__(port, path, tokens=True)
        self.heard: list[float] = []

    def hear(self, text: str) -> None:
        super().hear(text)
        if '"type":"pr_update"' in text:
            self.heard.append(time.perf_counter())


def events(table: Table, server: Server, story: Story, setting: str) -> None:
    """Milliseconds from the end of a recording to the frame, at whoever of the listeners is the last."""

    async def run() -> list[float]:
        crowd = Stopwatch(server.port, "/api/v1/ws/me")
        await crowd.join(LISTENERS)
        chance, took = random.Random(1), []  # noqa: S311 - the same pauses in every run
        for number in range(1, EVENTS + 1):
            await asyncio.sleep(chance.random() * 0.2)  # looks at GitHub do not end in the rhythm of the feed
            await asyncio.to_thread(story.happen, 1)
            committed = time.perf_counter()
            await crowd.until(lambda wanted=number * LISTENERS: len(crowd.heard) >= wanted)  # type: ignore[misc]
            took.append(max(0.0, crowd.heard[-1] - committed) * 1000)
        await crowd.leave()
        return took

    took = asyncio.run(run())
    p50, p99 = median(took), quantiles(took, n=100)[-1]
    embedded = setting == "embedded"
    p50_line = Line(f"an event committed: frame at {LISTENERS} ({setting}), p50", "ms", p50)
    table.add(p50_line if embedded else at_most(p50_line.work, "ms", p50, 30))
    table.add(at_most("  p99", "ms", p99, 300))


def beside_one_that_never_reads(table: Table, server: Server, story: Story, setting: str) -> None:
    """The share of the frames that reach healthy clients, while one keeps its socket full."""

    async def run() -> float:
        crowd = Crowd(server.port, "/api/v1/ws/me", tokens=True)
        await crowd.join(HEALTHY)
        wanted = crowd.events + HEALTHY * FRAMES
        with never_reading(server.port):
            for _ in range(FRAMES // 20):
                await asyncio.to_thread(story.happen, 20)
            with contextlib.suppress(TimeoutError):
                await crowd.until(lambda: crowd.events >= wanted)
        share = (crowd.events + HEALTHY * FRAMES - wanted) / (HEALTHY * FRAMES)
        await crowd.leave()
        return share * 100

    work = f"{HEALTHY} clients beside one that never reads ({setting})"
    table.add(at_least(work, "% of frames", asyncio.run(run()), 100))


@contextmanager
def never_reading(port: int) -> Iterator[None]:
    """A client that joins and takes nothing more, with the smallest buffer that the system allows."""
    with sockets.socket() as client:
        client.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 1)
        client.connect(("127.0.0.1", port))
        head = (
            "GET /api/v1/ws/me HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            f"Authorization: Bearer {token(0)}",
        )
        client.sendall(("\r\n".join(head) + "\r\n\r\n").encode())
        assert b" 101 " in client.recv(200)
        yield


@contextmanager
def up(folder: str, **environment: str) -> Iterator[Server]:
    """All of prmonitor, as `up` runs it."""
    server = Server(
        ["manage.py", "up", "--stop-with-parent"], everywhere=True, DATA_DIR=folder, LOG_LEVEL="ERROR", **environment
    )
    try:
        yield server
    finally:
        server.stop()


def boot(table: Table) -> None:
    """Seconds from the command to the first page, on a machine that has never run prmonitor."""
    took = []
    for _ in range(1 if QUICK else 3):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            with up(folder, DATABASE_URL="", REDIS_URL="", GITHUB_TOKEN="") as server:
                urllib.request.urlopen(f"http://127.0.0.1:{server.port}/accounts/login/", timeout=PATIENCE).read()
                took.append(time.perf_counter() - began)
    table.add(at_most("`up` until the first page, on a fresh machine", "seconds", median(took), 3))


def webhooks(table: Table, address: str, redis: str, setting: str) -> None:
    """Seconds from something that happens at GitHub to the frame; GitHub here answers at once."""
    with github(1, 20, timedelta()) as there, tempfile.TemporaryDirectory() as folder:
        told = {
            "DATABASE_URL": address,
            "REDIS_URL": redis,
            "GITHUB_API_URL": there.url,
            "GITHUB_TOKEN": "demo",
            "GITHUB_WEBHOOK_SECRET": SECRET,
            "POLLING_INTERVAL_SECONDS": "3600",  # what is heard was told by a webhook
        }
        with up(folder, **told) as server:
            watch(there)
            there.hook(f"http://127.0.0.1:{server.port}/webhooks/github", SECRET)
            took = asyncio.run(acts(there, server))
    table.add(at_most(f"a change at GitHub: webhook, then frame ({setting}), p50", "seconds", median(took), 2))
    table.add(at_most("  p95", "seconds", quantiles(took, n=20)[-1], 2))


def watch(there: GitHub) -> None:
    """Somebody subscribes to the repository, and the first look at it ends."""
    from django.contrib.auth.models import User

    from monitor.models import Repository, Subscription

    (node_id, name), *_ = there.repositories.items()
    row = Repository.objects.create(node_id=node_id, full_name=name, url=f"{there.url}/{name}", default_branch="main")
    Subscription.objects.create(user=User.objects.get(username=_world.login(0)), repository=row, filters=["all"])
    end = time.monotonic() + PATIENCE
    while not Repository.objects.filter(pk=row.pk).exclude(first_read_at=None).exists():
        assert time.monotonic() < end, "the first look does not end"
        time.sleep(0.1)


async def acts(there: GitHub, server: Server) -> list[float]:
    """Seconds from each of some changes to its frame."""
    crowd, took = Stopwatch(server.port, "/api/v1/ws/me"), []
    await crowd.join(1)
    for number in range(ACTS):
        known, began = len(crowd.heard), time.perf_counter()
        await asyncio.to_thread(there.act, ("comment", "retitle")[number % 2], there.pulls[number % len(there.pulls)])
        await crowd.until(lambda known=known: len(crowd.heard) > known)  # type: ignore[misc]
        took.append(crowd.heard[known] - began)
    await crowd.leave()
    return took


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--database", default="")
    options.add_argument("--redis", default="")
    given = options.parse_args()
    table = Table(given)
    boot(table)
    os.environ["REDIS_URL"] = given.redis  # the signals of new events come from this process
    setting = "PostgreSQL + Redis" if given.redis else "PostgreSQL" if given.database else "embedded"
    with tempfile.TemporaryDirectory() as folder:
        address = prepare(Path(folder), given.database)
        server = Server(PRMONITOR["uvicorn"], **environment_of(Path(folder), address), REDIS_URL=given.redis)
        try:
            story = Story()
            events(table, server, story, setting)
            beside_one_that_never_reads(table, server, story, setting)
        finally:
            server.stop()
        webhooks(table, address, given.redis, setting)


if __name__ == "__main__":
    main()
