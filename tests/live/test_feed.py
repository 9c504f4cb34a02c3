"""The feed itself: what a read costs, that errors do not end the feed, and that it leaves nothing behind."""

import asyncio
import threading

import pytest
from django.conf import settings
from django.db import connection, connections

from monitor.database.threads import DatabaseThreads
from monitor.live import feed, feed_runner
from monitor.live.feed_queries import read_after, stats_for_listeners
from monitor.models import EventSequence
from monitor.queries import latest_event_id
from prmonitor.asgi import application
from tests.builders import asked, repository, user
from tests.live.asgi import Stage, play, token_of
from tests.live.people import happen, watch

database = pytest.mark.django_db(transaction=True)


@pytest.mark.django_db
def test_an_idle_read_costs_one_query_and_a_busy_one_the_same_for_few_and_many(django_assert_num_queries):
    repos = [repository(), repository("acme/secret", private=True)]
    people = [user(f"reader{number}", is_staff=number % 2 == 0) for number in range(10)]
    for person in people:
        for repo in repos:
            watch(person, repo, "review_requested")
    listening = [person.pk for person in people]
    start = latest_event_id()
    with django_assert_num_queries(1):
        assert read_after(start, lambda: listening).parts == []
    few = happen(repos[0], 1, review_requests=(asked("reader0"),)) + happen(repos[1], 1, author="reader1")
    with django_assert_num_queries(8):
        page = read_after(few[0] - 1, lambda: listening[:1])
    ((delivery,),) = [part.deliveries for part in page.parts]
    assert (delivery.event_ids, delivery.user_ids) == ((few[0],), [listening[0]])
    for repo in repos:
        happen(repo, *range(2, 32), review_requests=tuple(asked(person.username) for person in people))
    with django_assert_num_queries(8):
        page = read_after(few[-1], lambda: listening)
    # Staff get all of them, the others those of the public repository.
    assert [sorted(len(one.event_ids) for one in part.deliveries) for part in page.parts] == [[30, 60]]
    with django_assert_num_queries(8):
        stats = stats_for_listeners([repo.pk for repo in repos], listening)
    # Staff see both, the others only the public one.
    assert len(stats) == 5 * 2 + 5


@pytest.mark.django_db
def test_nobody_listening_costs_no_reading_of_events(django_assert_num_queries):
    ids = happen(repository(), 1, 2)
    with django_assert_num_queries(1):
        assert read_after(ids[0], list).cursor == ids[-1]


def rename(table: str, to: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {to}")


@database
def test_a_fault_of_the_database_delays_events_and_loses_none(monkeypatch, caplog):
    monkeypatch.setattr(feed_runner, "PAUSE_AFTER_FAULT_SECONDS", 0.01)
    monkeypatch.setattr(feed, "READ_SECONDS_WITH_SIGNAL", 0.01)
    repo, heron = repository(), user()
    watch(heron, repo)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        # Recording needs no subscriptions, telling does.
        await stage.do(rename, "monitor_subscription", "out_of_reach")
        try:
            ids = await stage.do(happen, repo, 1, 2)
            while "stumbled" not in caplog.text:
                await stage.do(int)
        finally:
            await stage.do(rename, "out_of_reach", "monitor_subscription")
        ids += await stage.do(happen, repo, 3)
        assert [(await client.frame("pr_update"))["id"] for _ in ids] == ids

    play(scenario)


@database
def test_an_older_database_behind_us_sends_everybody_back():
    repo, heron = repository(), user()
    watch(heron, repo)
    happen(repo, 1, 2, 3)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        await stage.do(lambda: EventSequence.objects.update(last=1))
        feed_runner.running_feed().read_now()
        assert await client.code() == 4500
        back = stage.open(token, "/api/v1/ws/me?after=3")
        assert (await back.frame())["type"] == "resync"

    play(scenario)


@database
@pytest.mark.skipif(not settings.REDIS_URL, reason="signals of new events go through Redis: set REDIS_URL")
def test_a_signal_brings_events_without_waiting_for_the_next_read(monkeypatch):
    monkeypatch.setattr(feed, "READ_SECONDS_WITH_SIGNAL", 3600.0)
    repo, heron = repository(), user()
    watch(heron, repo)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        number = 0
        while not client.raw:  # until the subscription stands, rings go unheard
            number += 1
            await stage.do(happen, repo, number)
            await asyncio.sleep(0)
        assert (await client.frame())["type"] == "pr_update"

    play(scenario)


@database
def test_a_server_with_lifespan_starts_and_stops_it():
    said: list[str] = []

    async def scenario():
        inbox: asyncio.Queue = asyncio.Queue()
        for kind in ("startup", "shutdown"):
            inbox.put_nowait({"type": f"lifespan.{kind}"})

        async def send(message):
            said.append(message["type"])

        await application({"type": "lifespan"}, inbox.get, send)
        return {task.get_name() for task in asyncio.all_tasks()} - {asyncio.current_task().get_name()}

    left = asyncio.run(scenario())
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert not left
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("live-")]


@database
def test_no_connection_to_the_database_is_left_open():
    used = []

    def use(gate):
        connections["default"].ensure_connection()
        used.append(connections["default"])
        gate.wait(10)

    async def scenario():
        threads, gate = DatabaseThreads("test", 3), threading.Barrier(3)
        await asyncio.gather(*(threads(use, gate) for _ in range(3)))
        threads.close()

    asyncio.run(scenario())
    assert len({id(one) for one in used}) == 3
    assert [one.connection for one in used] == [None, None, None]
