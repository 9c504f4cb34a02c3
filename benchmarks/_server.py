"""Server processes that are measured from outside: their processor time and memory, calls and crowds of sockets."""

from __future__ import annotations

import asyncio
import http.client
import os
import shutil
import socket as sockets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from websockets.asyncio.client import connect

HERE = Path(__file__).resolve().parent
PATIENCE = 120
PEOPLE = 1_000  # with a token each; of a larger crowd some have several sockets
CORES = sorted(os.sched_getaffinity(0))
UVICORN = ["-m", "uvicorn", "--log-level", "warning"]
# Documented for many sockets: what is sent to all is compressed for nobody.
PRMONITOR = {
    "uvicorn": [*UVICORN, "prmonitor.asgi:application"],
    "daphne": ["-m", "daphne", "-v", "0", "--websocket_timeout", "-1", "prmonitor.asgi:application"],
}
BASELINE = [*UVICORN, "--app-dir", str(HERE), "_fastapi_service:app"]


def token(number: int) -> str:
    """The API token of the person `number` of the world."""
    return f"prm_{number:040}"


class Server:
    """A server process on the first core, or on all with `everywhere`."""

    def __init__(self, command: list[str], *, everywhere: bool = False, **environment: str) -> None:
        with sockets.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        given = ["-p", str(self.port)] if "daphne" in command else ["--port", str(self.port)]
        cores = CORES if everywhere else CORES[:1]
        pinned = [shutil.which("taskset") or "taskset", "-c", ",".join(map(str, cores))]
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [*pinned, sys.executable, *command[:2], *given, *command[2:]],
            cwd=HERE.parent,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
        )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                sockets.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        # The clock that clock_getcpuclockid(3) names for a process: /proc counts in hundredths, which is too coarse here.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory(self) -> float:
        """KiB of memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith("VmRSS")))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


class Crowd:
    """Many WebSocket clients, which count what they hear."""

    def __init__(self, port: int, path: str, *, deflate: bool = False, tokens: bool = False) -> None:
        self.url, self.deflate, self.tokens = f"ws://127.0.0.1:{port}{path}", deflate, tokens
        self.events = 0
        self.ready = 0
        self.news = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def join(self, count: int) -> None:
        self.tasks = [asyncio.create_task(self._listen(number)) for number in range(count)]
        await self.until(lambda: self.ready == count)

    async def _listen(self, number: int) -> None:
        headers = {"Authorization": f"Bearer {token(number % PEOPLE)}"} if self.tokens else {}
        compression = "deflate" if self.deflate else None
        async with connect(
            self.url, additional_headers=headers, compression=compression, open_timeout=PATIENCE, max_queue=None
        ) as client:
            async for frame in client:
                self.hear(frame if isinstance(frame, str) else frame.decode())
                self.news.set()

    def hear(self, text: str) -> None:
        """Counts what a frame brings."""
        self.ready += text.startswith('{"type":"ready"')
        self.events += text.count('"type":"pr_update"')

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                failed = next((one for one in self.tasks if one.done() and one.exception()), None)
                if failed:
                    failed.result()
                self.news.clear()
                await self.news.wait()

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


def post(port: int, path: str, body: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    client.request("POST", path, body.encode())
    client.getresponse().read()
    client.close()


def calls(
    server: Server, path: str, count: int, *, before_each: Callable[[], object] | None = None, again: bool = False
) -> float:
    """Processor milliseconds of the server for one GET; `again`: with the ETag of the last answer."""
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {token(1)}"}
    for round_count in (20, count):
        began = server.cpu()
        for _ in range(round_count):
            if before_each:
                before_each()
            client.request("GET", path, headers=headers)
            response = client.getresponse()
            response.read()
            assert response.status in (200, 304), response.status
            if again and response.headers["ETag"]:
                headers["If-None-Match"] = response.headers["ETag"]
    client.close()
    return (server.cpu() - began) / count * 1000


def accepted(server: Server, path: str, count: int, *, own: bool) -> float:
    """Processor milliseconds of the server for one socket that joins, until its `ready`."""

    async def run() -> None:
        crowd = Crowd(server.port, path, tokens=own)
        await crowd.join(count)
        await crowd.leave()

    began = server.cpu()
    asyncio.run(run())
    return (server.cpu() - began) / count * 1000
