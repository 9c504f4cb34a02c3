"""Many at once, at size: pages and list calls a second, with one web process and with two, and 500 sockets that join.

    python benchmarks/crowd.py [--scale 1.0] [--database postgres://…] [--seconds 10]

The web processes are those that `up` starts (daphne); they and the load share all cores, so where there are two cores the
load takes a part of what the second process could. Meanwhile something is committed twenty times a second, so that no
answer is given again because nothing has changed. QUICK=1 measures a world of a tenth.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import socket as sockets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _world
from _server import HERE, PATIENCE, Crowd, token
from _table import QUICK, Table, at_least, at_most, parser

READERS, JOINING = 16, 500
COMMITS_A_SECOND = 20
INBOX, LIST = "/", "/api/v1/pull-requests"


@contextmanager
def web(processes: int, address: str) -> Iterator[int]:
    """The web processes of `up` on one listening socket; gives its port."""
    with sockets.create_server(("127.0.0.1", 0), backlog=1024) as listener, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DATABASE_URL": address,
            "DATA_DIR": folder,
            "WEB_PROCESSES": str(processes),
            "LOG_LEVEL": "WARNING",
        }
        command = [sys.executable, "-m", "monitor.runtime.supervisor.web_process", str(listener.fileno()), "INET"]
        running = [
            subprocess.Popen(  # noqa: S603 - our own command
                command,
                cwd=HERE.parent,
                env=environment,
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,  # they end when it does
                stdout=subprocess.DEVNULL,
            )
            for _ in range(processes)
        ]
        port = listener.getsockname()[1]
        try:
            # As many as there are processes, so that each has made its first answer before anything is measured.
            for _ in range(4 * processes):
                get(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE), "/health/live", {})
            yield port
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.wait(30)


def get(client: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> None:
    client.request("GET", path, headers=headers)
    response = client.getresponse()
    response.read()
    assert response.status == 200, (path, response.status)


def load(port: int, path: str, each: list[dict[str, str]], seconds: float) -> list[float]:
    """Everybody asks again and again; the seconds that each answer took. The first answer to each is not counted.

    They come one after the other, as people do: whoever comes while one process answers is taken by another one.
    """
    began, coming = threading.Barrier(len(each)), threading.Lock()

    def ask(headers: dict[str, str]) -> list[float]:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with coming:
            client.connect()
            time.sleep(0.02)
        get(client, path, headers)
        began.wait(PATIENCE)
        end, took = time.perf_counter() + seconds, []
        while (now := time.perf_counter()) < end:
            get(client, path, headers)
            took.append(time.perf_counter() - now)
        client.close()
        return took

    with ThreadPoolExecutor(len(each)) as threads:
        return [one for answers in threads.map(ask, each) for one in answers]


@contextmanager
def commits() -> Iterator[None]:
    """Something that no answer shows is committed all the time, in a thread of its own."""
    ended = threading.Event()

    def commit() -> None:
        from django.db import connection
        from django.utils import timezone

        from monitor.models import Heartbeat

        while not ended.wait(1 / COMMITS_A_SECOND):
            Heartbeat.objects.update_or_create(name="bench", defaults={"at": timezone.now()})
        connection.close()

    thread = threading.Thread(target=commit)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def people() -> list[dict[str, str]]:
    """The headers of 15 ordinary readers and of one who watches everything; and a token for each person of the world."""
    from django.contrib.auth.models import User

    from monitor.models import ApiToken
    from monitor.models.api_token import digest_of

    ordinary = list(User.objects.filter(username__startswith="person-").order_by("username")[:JOINING])
    # In a small world some people have several sockets.
    users = [ordinary[number % len(ordinary)] for number in range(JOINING)]
    users[READERS - 1] = User.objects.get(username=_world.WATCHES_ALL)
    ApiToken.objects.filter(name="bench").delete()
    ApiToken.objects.bulk_create(
        ApiToken(user=user, name="bench", digest=digest_of(token(number)), last_used_at=_world.NOW)
        for number, user in enumerate(users)
    )
    return [
        {
            "Authorization": f"Bearer {token(number)}",
            "Cookie": f"sessionid={session_of(user)}",
            "Accept-Encoding": "gzip",
        }
        for number, user in enumerate(users[:READERS])
    ]


def session_of(user: object) -> str:
    """The key of a new session of the user."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    assert isinstance(user, User)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key or ""


def pages(table: Table, address: str, each: list[dict[str, str]], seconds: float) -> None:
    """Pages and calls a second with one web process and with two."""
    one_only = [{name: value for name, value in headers.items() if name != "Cookie"} for headers in each]
    rates: dict[int, float] = {}
    for processes in (1, 2):
        with web(processes, address) as port, commits():
            took = load(port, INBOX, [_page_headers(headers) for headers in each], seconds)
            rates[processes] = len(took) / seconds
            with_them = f"{processes} web process{'es' if processes > 1 else ''}"
            table.add(at_least(f"{READERS} people load the inbox, {with_them}", "pages a second", rates[processes], 40))
            table.add(at_most("  p95", "ms", quantiles(took, n=20)[-1] * 1000, 1000))
            calls = len(load(port, LIST, one_only, seconds)) / seconds
            table.add(at_least(f"{READERS} people list 100 pull requests, {with_them}", "calls a second", calls, 250))
    table.add(at_least("pages with two web processes", "times those of one", rates[2] / rates[1], 1.7))


def _page_headers(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "Authorization"} | {"Accept": "text/html"}


def joins(table: Table, address: str) -> None:
    """500 sockets come at once: new ones, and some that have missed events."""
    from monitor import queries

    newest = queries.latest_event_id()
    for name, after, limit in (
        ("fresh", None, 1),
        ("20 events behind", newest - 20, 2),
        ("2,000 behind", newest - 2000, 5),
    ):
        query = "" if after is None else f"?after={after}"
        with web(1, address) as port:
            table.add(at_most(f"{JOINING} sockets join, {name}", "seconds", asyncio.run(_join(port, query)), limit))


async def _join(port: int, query: str) -> float:
    """Seconds until the last one is in."""
    crowd = Crowd(port, f"/api/v1/ws/me{query}", tokens=True)
    began = time.perf_counter()
    await crowd.join(JOINING)
    took = time.perf_counter() - began
    await crowd.leave()
    return took


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--scale", type=float, default=0.1 if QUICK else 1.0)
    options.add_argument("--database", default="")
    options.add_argument("--seconds", type=float, default=4 if QUICK else 10)
    given = options.parse_args()
    address = _world.prepare(given.scale, given.database)
    each = people()
    table = Table(given)
    pages(table, address, each, given.seconds)
    joins(table, address)


if __name__ == "__main__":
    main()
