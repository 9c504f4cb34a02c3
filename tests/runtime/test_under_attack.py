"""Four clients do their worst at once, and whoever is let in meanwhile notices little; over real sockets."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from threading import Event

import pytest

from monitor.actions.saved_views import MAX_TERMS
from monitor.models import SavedView, Subscription
from monitor.recording import recorder
from tests import builders
from tests.live.asgi import token_of
from tests.live.servers import serving
from tests.runtime.test_limits import connected, head, nameless_files, wait_until

SECONDS = float(os.environ.get("PRMONITOR_ATTACK_SECONDS", "20"))
ATTACKERS = 4
PATIENCE = 30
MEBIBYTE = 2**20
TOKEN = "a" * 32  # Django takes a form's token that equals the cookie's


def ask(address: str, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
    """The status of the answer, which is read to its end."""
    connection = HTTPConnection(address, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def lists_of_nothing(address: str, bearer: str) -> Counter[int]:
    """As many errors as a body can hold, and a body that is too large."""
    sent = json.dumps({"working_days": [""] * 15_000}).encode(), json.dumps({"working_days": [""] * 800_000}).encode()
    told: Counter[int] = Counter()
    for body in sent:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused while we were still sending
            told[ask(address, "PATCH", "/api/v1/me", body, Authorization=bearer, Content_Type="application/json")] += 1
    return told


def views(address: str, bearer: str) -> Counter[int]:
    return Counter(ask(address, "GET", "/api/v1/views", Authorization=bearer) for _ in range(4))


def passwords(address: str, _: str) -> Counter[int]:
    form = f"csrfmiddlewaretoken={TOKEN}&username=heron&password=wrong".encode()
    kind = "application/x-www-form-urlencoded"
    told = [
        ask(address, "POST", "/accounts/login/", form, Cookie=f"csrftoken={TOKEN}", Content_Type=kind) for _ in range(4)
    ]
    return Counter(told)


def bodies(address: str, _: str) -> Counter[int]:
    """Half a page's form, and hundreds of megabytes that are only promised."""
    with suppress(BrokenPipeError, ConnectionResetError), connected(address) as client:
        client.sendall(head("POST", "/accounts/login/", "Content-Length: 2000000") + b"x" * 1_000_000)
    with connected(address) as client:
        client.sendall(head("POST", "/accounts/login/", "Content-Length: 314572800"))
        first = client.makefile("rb").readline()
    return Counter([int(first.split()[1])])


ATTACKS: list[Callable[[str, str], Counter[int]]] = [lists_of_nothing, views, passwords, bodies]


def memory_of(pid: int) -> int:
    """Resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def prepared() -> str:
    """Somebody with as many costly views as one may keep; their API token."""
    heron = builders.user("heron")
    web = builders.repository("acme/web")
    Subscription.objects.create(user=heron, repository=web, filters=["all"])
    recorder.record(web, [builders.snapshot(number) for number in range(1, 501)], now=builders.at(1), first_look=True)
    for view in range(MAX_TERMS // 30):
        terms = " ".join(f"-involves:somebody-{view}-{number}" for number in range(30))
        SavedView.objects.create(user=heron, name=f"view {view}", q=terms)
    return f"Bearer {token_of(heron)}"


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_all_at_once_hold_nobody_up_and_leave_nothing(server: str) -> None:
    bearer = prepared()
    with serving(server) as (address, process), ThreadPoolExecutor(ATTACKERS + 1) as pool:
        for attack in ATTACKS:  # what everybody needs once is loaded
            attack(address, bearer)
        memory, files = memory_of(process.pid), nameless_files(process.pid)
        stop = Event()
        waits: list[float] = []

        def attacker(first: int) -> Counter[int]:
            told: Counter[int] = Counter()
            attacks = cycle([*ATTACKS[first:], *ATTACKS[:first]])
            while not stop.is_set():
                with suppress(HTTPException, ConnectionError):
                    told += next(attacks)(address, bearer)
            return told

        at_work = [pool.submit(attacker, number) for number in range(ATTACKERS)]
        until = time.monotonic() + SECONDS
        most = 0
        while time.monotonic() < until:
            began = time.monotonic()
            assert ask(address, "GET", "/health/live") == 200
            waits.append(time.monotonic() - began)
            most = max(most, memory_of(process.pid))
            time.sleep(0.1)  # the pace of the one who asks whether we live
        stop.set()
        told = sum((one.result(PATIENCE) for one in at_work), Counter[int]())
        print(f"{server}: {dict(told)}, longest wait {max(waits):.2f} s, {(most - memory) / MEBIBYTE:.0f} MiB more")
        assert {413, 422, 429} <= set(told)
        assert not {status for status in told if status >= 500}
        assert max(waits) < 1
        assert most - memory < 200 * MEBIBYTE
        wait_until(lambda: nameless_files(process.pid) <= files)
