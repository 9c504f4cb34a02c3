"""Requests share a few threads: who waits for whom, what a thread keeps, and that no thread is lost."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.backends.signals import connection_created

from monitor.database.request_threads import RequestThread, RequestThreads, outside_wait
from prmonitor.asgi import application

PATIENCE = 20


class Gate:
    """A call that says when it has begun, and ends when it is let through."""

    def __init__(self) -> None:
        self.begun, self.opened = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        assert self.opened.wait(PATIENCE)


class Application:
    """An ASGI application that calls, for each path, a synchronous function; `ran_in` has the threads by path."""

    def __init__(self, **functions: Callable[[], object]) -> None:
        self.functions = functions
        self.ran_in: dict[str, list[int]] = {}

    async def __call__(self, scope: dict[str, Any], *channels: Any) -> None:
        name = scope["path"].strip("/")
        for _ in range(2):  # a request of Django's has several synchronous parts
            await sync_to_async(self._call)(name)

    def _call(self, name: str) -> None:
        self.ran_in.setdefault(name, []).append(threading.get_ident())
        self.functions[name]()


def in_an_event_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Makes a coroutine function a test."""

    @wraps(test)
    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), PATIENCE))

    return run


def request(threads: RequestThreads, name: str) -> "asyncio.Task[None]":
    return asyncio.create_task(threads({"type": "http", "path": f"/{name}"}))


async def begun(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.begun.wait, PATIENCE)


def nothing() -> None:
    """A call that ends at once."""


@in_an_event_loop
async def test_a_request_waits_while_all_threads_work_and_one_apart_does_not() -> None:
    gate = Gate()
    application = Application(slow=gate, quick=nothing, health=nothing)
    threads = RequestThreads(application, 1, apart=("/health",))
    slow = request(threads, "slow")
    await begun(gate)
    quick = request(threads, "quick")
    await request(threads, "health")
    assert "quick" not in application.ran_in
    gate.opened.set()
    await asyncio.gather(slow, quick)
    assert len({*application.ran_in["slow"], *application.ran_in["quick"]}) == 1


@in_an_event_loop
async def test_a_thread_serves_one_request_after_the_other() -> None:
    application = Application(one=nothing)
    threads = RequestThreads(application, 4)
    for _ in range(5):
        await request(threads, "one")
    assert len(set(application.ran_in["one"])) == 1


@in_an_event_loop
async def test_who_waits_for_an_outside_system_takes_no_place() -> None:
    gate = Gate()

    def ask_outside() -> None:
        with outside_wait():
            gate()

    application = Application(outside=ask_outside, quick=nothing)
    threads = RequestThreads(application, 1)
    outside = request(threads, "outside")
    await begun(gate)
    await request(threads, "quick")
    gate.opened.set()
    await outside
    assert set(application.ran_in["quick"]).isdisjoint(application.ran_in["outside"])


@in_an_event_loop
async def test_a_wait_that_ends_does_not_stop_anybody_and_the_places_are_as_many_as_before() -> None:
    outer, inner, third = Gate(), Gate(), Gate()

    def ask_outside() -> None:
        with outside_wait():
            outer()

    application = Application(outside=ask_outside, inner=inner, third=third)
    threads = RequestThreads(application, 1)
    outside = request(threads, "outside")
    await begun(outer)
    beside = request(threads, "inner")
    await begun(inner)
    outer.opened.set()
    await outside
    last = request(threads, "third")
    await asyncio.sleep(0.05)
    assert not third.begun.is_set(), "two worked in one place"
    inner.opened.set()
    await beside
    third.opened.set()
    await last


@in_an_event_loop
async def test_a_client_who_leaves_gives_the_place_back_when_the_call_has_ended() -> None:
    gate = Gate()
    application = Application(slow=gate, quick=nothing)
    threads = RequestThreads(application, 1)
    slow = request(threads, "slow")
    await begun(gate)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    quick = request(threads, "quick")
    await asyncio.sleep(0.05)
    assert "quick" not in application.ran_in
    gate.opened.set()
    await quick


@in_an_event_loop
async def test_a_client_who_leaves_while_waiting_is_never_begun() -> None:
    gate = Gate()
    application = Application(slow=gate, left=nothing, quick=nothing)
    threads = RequestThreads(application, 1)
    slow = request(threads, "slow")
    await begun(gate)
    left = request(threads, "left")
    quick = request(threads, "quick")
    await asyncio.sleep(0)
    left.cancel()
    gate.opened.set()
    await asyncio.gather(slow, quick)
    assert "left" not in application.ran_in


@in_an_event_loop
async def test_no_place_is_lost_when_clients_leave_just_as_a_thread_is_free() -> None:
    application = Application(quick=nothing, last=nothing)
    threads = RequestThreads(application, 2)
    for turn in range(300):
        crowd = [request(threads, "quick") for _ in range(6)]
        for _ in range(turn % 5):
            await asyncio.sleep(0)
        for one in crowd[1:]:
            one.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
    both = [Gate(), Gate()]
    application.functions.update(one=both[0], two=both[1])
    last = [request(threads, name) for name in ("one", "two")]
    for gate in both:
        await begun(gate)
        gate.opened.set()
    await asyncio.gather(*last)


def test_a_request_that_has_ended_takes_no_thread() -> None:
    one = RequestThread(RequestThreads(Application(), 1))
    one.end()
    with ThreadPoolExecutor(1) as thread:
        assert not one.start(thread), "nobody would give the thread back"


@in_an_event_loop
async def test_an_error_reaches_the_request_and_costs_no_thread() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    threads = RequestThreads(Application(fails=fail, quick=nothing), 1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await request(threads, "fails")
    await request(threads, "quick")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL's connections have a pool"
)
def test_requests_one_after_the_other_share_a_connection() -> None:
    created, statuses = [], []

    def note(**_: object) -> None:
        created.append(threading.current_thread().name)

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status"))

    async def receive() -> dict[str, Any]:
        if not asked:
            asked.append(True)
            return {"type": "http.request"}
        await asyncio.sleep(PATIENCE)
        return {"type": "http.disconnect"}

    @in_an_event_loop
    async def ask() -> None:
        headers = [(b"host", b"localhost"), (b"authorization", b"Bearer prm_unknown")]
        for _ in range(5):
            asked.clear()
            scope = {"type": "http", "method": "GET", "path": "/api/v1/me", "headers": headers, "query_string": b""}
            await application(scope, receive, send)

    asked: list[bool] = []
    connection_created.connect(note)
    try:
        ask()
    finally:
        connection_created.disconnect(note)
    assert statuses[::2] == [401] * 5
    assert len([name for name in created if name.startswith("request")]) <= 1
