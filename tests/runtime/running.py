"""Runs `manage.py up` for real: a process of its own, a data folder of its own, a free port."""

import http.client
import os
import queue
import re
import select
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from monitor.runtime.supervisor.listening import free_port

ROOT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))
PATIENCE = 40.0
MARK = "PRMONITOR_TEST_FAMILY"
# A GitHub that nobody serves: the demo stays off, and nothing is watched, so nothing is asked.
_REAL = {"GITHUB_TOKEN": "not a real one", "GITHUB_API_URL": "http://127.0.0.1:9"}
_UNSET = (
    "DATABASE_URL", "DATABASE_POOL_SIZE", "REDIS_URL", "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY", "PRMONITOR_DEMO", "HOST", "PORT", "LOG_FORMAT",
    "SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "POLLING_INTERVAL_SECONDS", "SLACK_WEBHOOK_URL", "SLACK_BOT_TOKEN",
)  # fmt: skip


def environment(data: Path, **settings: str) -> dict[str, str]:
    """The embedded shape on `data`, whatever the developer's own environment and `.env` say."""
    empty = dict.fromkeys(_UNSET, "")
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return {**inherited, **empty, **_REAL, "DATA_DIR": str(data), "LOG_LEVEL": "INFO", **settings}


def manage(*arguments: str, env: Mapping[str, str], timeout: float = PATIENCE) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [*MANAGE, *arguments], env=dict(env), capture_output=True, text=True, timeout=timeout, cwd=ROOT
    )


class Lines:
    """The lines of a stream as they come; those already looked at are kept for the message of a failed wait."""

    def __init__(self, source: IO[str]) -> None:
        self.seen: list[str] = []
        self._coming: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, args=(source,), daemon=True).start()

    def _read(self, source: IO[str]) -> None:
        with source:
            for line in source:
                self._coming.put(line.rstrip("\n"))
        self._coming.put(None)

    def wait_for(self, pattern: str, timeout: float = PATIENCE) -> re.Match[str]:
        """The first new line in which `pattern` is found."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self._coming.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"no line with {pattern!r} in:\n" + "\n".join(self.seen))
            self.seen.append(line)
            if found := re.search(pattern, line):
                return found

    def rest(self) -> list[str]:
        """All lines to the end of the stream."""
        while (line := self._coming.get(timeout=PATIENCE)) is not None:
            self.seen.append(line)
        return self.seen


class Family:
    """A command of ours with all the processes it starts; `out` and `err` are its lines."""

    def __init__(self, *arguments: str, env: Mapping[str, str], cwd: Path = ROOT) -> None:
        self.family = uuid.uuid4().hex
        self.process = subprocess.Popen(
            arguments,
            env={**env, MARK: self.family},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.out, self.err = Lines(self.process.stdout), Lines(self.process.stderr)

    def members(self) -> dict[int, str]:
        """Every living process started by this one, itself included: id -> command line."""
        return members(self.family)

    def pids_of(self, part: str) -> list[int]:
        """The processes whose command line has `part` in it, in the order of their start."""
        return sorted(pid for pid, command in self.members().items() if part in command)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        """Whatever happened: nobody stays."""
        for pid in self.members():
            signal_quietly(pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


class Up(Family):
    """A running `up`; `data` is its folder, `address` what it printed once it was ready."""

    def __init__(self, data: Path, *options: str, port: int | None = None, **settings: str) -> None:
        self.data = data
        self.address = ""
        self.port = port or free_port()
        command = [*MANAGE, "up", "--port", str(self.port), *options]
        super().__init__(*command, env=environment(data, **settings))

    def get(self, path: str, cookie: str = "") -> http.client.HTTPResponse:
        """One page. While the web process starts anew the connection waits on the socket that the supervisor keeps."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"Accept": "text/html", **({"Cookie": cookie} if cookie else {})})
        response = connection.getresponse()
        response.read()
        return response

    def wait_until_ready(self) -> str:
        """The printed address."""
        try:
            return self.out.wait_for(r"^prmonitor: (http://\S+/)$")[1]
        except AssertionError as error:
            self.end()
            raise AssertionError(f"{error}\n" + "\n".join(self.err.rest())) from None

    def wait_for_heartbeat_after(self, before: str) -> None:
        wait_for_heartbeat(self.data, before)


def heartbeat(data: Path) -> str:
    """When a worker on this folder last gave a sign of life; empty: never."""
    found = rows(data, "select at from monitor_heartbeat where name = 'worker'")
    return str(found[0][0]) if found else ""


def rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    """What the database in a folder answers."""
    with closing(sqlite3.connect(f"file:{data / 'prmonitor.sqlite3'}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query).fetchall()


def wait_for_heartbeat(data: Path, before: str = "") -> None:
    """A sign of life later than `before`."""
    assert until(lambda: heartbeat(data) > before), "the worker gives no sign of life"


def until(holds: Callable[[], bool]) -> bool:
    """Whether `holds` comes true in time. For what another process does to a database: there is nothing to wait on."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@contextmanager
def running(data: Path, *options: str, **settings: str) -> Iterator[Up]:
    """`up` that is ready to answer; none of its processes outlives the block."""
    up = Up(data, *options, **settings)
    try:
        up.address = up.wait_until_ready()
        yield up
    finally:
        up.end()


def members(family: str) -> dict[int, str]:
    """Every living process whose environment carries `MARK` with this family: id -> command line."""
    return {pid: _command(pid) for pid in _living() if _belongs(pid, family)}


def wait_until_gone(pids: list[int], timeout: float = 15.0) -> list[int]:
    """Waits for the processes' ends; returns those still alive."""
    deadline = time.monotonic() + timeout
    left = []
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            if not select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
                left.append(pid)
        finally:
            os.close(descriptor)
    return left


def signal_quietly(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _living() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _belongs(pid: int, family: str) -> bool:
    return f"{MARK}={family}".encode() in _read(pid, "environ").split(b"\0")


def _command(pid: int) -> str:
    return _read(pid, "cmdline").replace(b"\0", b" ").decode(errors="replace")


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""  # ended meanwhile, or not ours to read
