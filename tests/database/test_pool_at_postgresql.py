"""The pool of connections, under daphne and uvicorn at a real PostgreSQL: crowds wait, nobody else does."""

import copy
import http.client
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from websockets.sync.client import ClientConnection, connect

from monitor.database import pool
from monitor.models import Repository
from tests.builders import repository, user
from tests.database.network import Gateway, SlowGitHub
from tests.live.asgi import PATIENCE, token_of
from tests.live.people import happen, watch
from tests.live.servers import database_url, serving

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="DATABASE_URL names no PostgreSQL"),
]
# What a web process opens besides the pool: one for the feed, one for sign-ins, two for sockets that join, one each for
# the version of the database and for `/health`.
OUTSIDE_THE_POOL = 6
LONGEST_ANSWER_SECONDS = 3 * pool.WAIT_SECONDS
BOTH = pytest.mark.parametrize("server", ["daphne", pytest.param("uvicorn", marks=pytest.mark.slow)])
Answer = tuple[int, dict[str, str], Any]


def call(address: str, method: str, path: str, token: str = "", body: Any = None) -> Answer:
    """Status, headers and JSON body of one call on a connection of its own."""
    client = http.client.HTTPConnection(address, timeout=LONGEST_ANSWER_SECONDS)
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        client.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = client.getresponse()
        return response.status, dict(response.getheaders()), json.loads(response.read() or b"null")
    finally:
        client.close()


@contextmanager
def crowd(address: str, size: int, *path: str) -> Iterator[list["Future[Answer]"]]:
    """`size` calls at once; on leaving, all of them have ended."""
    with ThreadPoolExecutor(size) as threads:
        yield [threads.submit(call, address, *path) for _ in range(size)]


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Whoever reads the table in another connection waits."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


def until(condition: Callable[[], bool]) -> None:
    """Asks again until the condition holds: another process makes it true, and tells nobody."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def happen_elsewhere(repo: Repository) -> None:
    """A pull request changes, in another transaction than this thread's."""

    def work() -> None:
        try:
            happen(repo, 1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(work).result()


def hear(socket: ClientConnection, kind: str) -> None:
    """Reads until a frame of that type comes."""
    while json.loads(socket.recv(timeout=PATIENCE))["type"] != kind:
        pass


def connections_of_servers() -> int:
    return _count("pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


def waiting_for_a_lock() -> int:
    return _count("pg_locks WHERE NOT granted AND relation = 'monitor_apitoken'::regclass")


def _count(rows: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {rows}")
        return int(cursor.fetchone()[0])


@BOTH
def test_two_hundred_at_once_are_all_answered(server: str) -> None:
    token = token_of(user("heron"))
    with serving(server, DATABASE_POOL_SIZE="5") as (address, _):
        with crowd(address, 200, "GET", "/api/v1/me", token) as calls:
            assert {call.result()[0] for call in calls} == {200}
        assert connections_of_servers() <= 5 + OUTSIDE_THE_POOL


@BOTH
def test_feed_and_health_do_not_wait_behind_a_crowd(server: str) -> None:
    heron, repo = user("heron"), repository()
    watch(heron, repo)
    token = token_of(heron)
    with (
        serving(server, DATABASE_POOL_SIZE="3") as (address, _),
        connect(f"ws://{address}/api/v1/ws/me", additional_headers={"Authorization": f"Bearer {token}"}) as socket,
    ):
        hear(socket, "ready")
        with crowd(address, 20, "GET", "/api/v1/me", token) as calls:
            with locked("monitor_apitoken"):
                until(lambda: waiting_for_a_lock() == 3)
                happen_elsewhere(repo)
                hear(socket, "pr_update")
                assert call(address, "GET", "/health")[2]["checks"]["database"] == "ok"
                assert not any(made.done() for made in calls)
            assert {made.result()[0] for made in calls} == {200}


@BOTH
def test_a_request_that_waits_for_github_leaves_its_connection_to_others(server: str) -> None:
    token = token_of(user("heron"))
    with (
        SlowGitHub() as github,
        serving(server, DATABASE_POOL_SIZE="1", GITHUB_API_URL=github.url, GITHUB_TOKEN="t") as (address, _),
    ):
        wanted = {"repository": "acme/web"}
        with crowd(address, 1, "POST", "/api/v1/repositories/subscribe", token, wanted) as calls:
            assert github.asked.wait(PATIENCE)
            assert call(address, "GET", "/api/v1/me", token)[0] == 200
            assert not calls[0].done()
            github.answer.set()


@BOTH
@pytest.mark.slow
def test_who_gets_no_connection_in_time_is_told_when_to_come_back(server: str) -> None:
    token = token_of(user("heron"))
    with (
        serving(server, DATABASE_POOL_SIZE="1") as (address, _),
        crowd(address, 2, "GET", "/api/v1/me", token) as calls,
    ):
        with locked("monitor_apitoken"):
            late = next(as_completed(calls))
            status, headers, body = late.result()
            assert (status, body["error"]["code"]) == (503, "unavailable")
            assert int(headers["Retry-After"]) > 0
        assert sorted(made.result()[0] for made in calls) == [200, 503]


@BOTH
@pytest.mark.slow
def test_a_database_that_was_away_is_used_again_at_once(server: str) -> None:
    """Connections that broke while idle are replaced, and so is a pool that could not connect."""
    token = token_of(user("heron"))
    with (
        Gateway(database_url()) as gateway,
        serving(server, DATABASE_POOL_SIZE="5", DATABASE_URL=gateway.url) as (address, _),
    ):
        with crowd(address, 20, "GET", "/api/v1/me", token) as calls:
            assert {made.result()[0] for made in calls} == {200}
        gateway.close_all()
        assert call(address, "GET", "/api/v1/me", token)[0] == 503
        assert call(address, "GET", "/health")[0] == 503
        gateway.open()
        assert call(address, "GET", "/api/v1/me", token)[0] == 200
        assert call(address, "GET", "/health")[2]["checks"]["database"] == "ok"


def test_a_thread_that_leaves_the_pool_has_a_connection_of_its_own() -> None:
    """`settings_dict` belongs to one thread's connection, and is read each time that Django connects."""
    pooled = copy.deepcopy(connection.settings_dict)
    pool.use_pool(pooled, size=1)

    def work() -> tuple[object, object, object]:
        mine = connections["default"]
        mine.settings_dict = pooled
        try:
            first = mine.pool
            mine.ensure_connection()
            borrowed = mine.connection._pool
            pool.return_connection()
            returned = mine.connection
            pool.leave_pool()
            mine.ensure_connection()
            own = getattr(mine.connection, "_pool", None)
            return borrowed is first, returned, own
        finally:
            mine.close()
            mine.settings_dict = pooled
            mine.close_pool()

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(work).result() == (True, None, None)
    assert "pool" not in connection.settings_dict["OPTIONS"]
