"""Many sockets that come at once: their questions are answered together, and each gets its own answer."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db.backends.signals import connection_created

from monitor.database.batches import Batches
from monitor.database.threads import DatabaseThreads
from tests.builders import repository, user
from tests.live.asgi import Stage, play, token_of
from tests.live.people import happen, watch

PATIENCE = 20


@pytest.fixture
def threads() -> Iterator[DatabaseThreads]:
    made = DatabaseThreads("test", 2)
    yield made
    made.close()


class Doubles:
    """Doubles numbers; a call sets `begun` and waits for `opened`. `asked` has the batches; odd ones over 100 are an error."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.begun, self.opened = threading.Event(), threading.Event()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        self.begun.set()
        assert self.opened.wait(PATIENCE)
        if max(numbers) > 100:
            raise ZeroDivisionError
        return [2 * number for number in numbers]


def test_those_who_come_while_one_is_answered_are_answered_together(threads: DatabaseThreads) -> None:
    doubles = Doubles()

    async def scenario() -> None:
        batches = Batches(threads, doubles)
        first = asyncio.create_task(batches(1))
        assert await asyncio.to_thread(doubles.begun.wait, PATIENCE)
        rest = [asyncio.create_task(batches(number)) for number in range(2, 50)]
        await asyncio.sleep(0)
        rest[0].cancel()
        doubles.opened.set()
        assert await first == 2
        assert await asyncio.gather(*rest[1:]) == [2 * number for number in range(3, 50)]

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))
    assert doubles.asked == [[1], list(range(3, 50))]


def test_no_batch_is_larger_than_allowed_and_an_error_fails_only_its_own(threads: DatabaseThreads) -> None:
    doubles = Doubles()
    doubles.opened.set()

    async def scenario() -> None:
        batches = Batches(threads, doubles, max_size=2)
        answers = await asyncio.gather(*(batches(number) for number in (1, 2, 101, 4, 5)), return_exceptions=True)
        assert [answer if isinstance(answer, int) else type(answer) for answer in answers] == [
            2,
            4,
            ZeroDivisionError,
            ZeroDivisionError,
            10,
        ]
        assert await batches(7) == 14

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))
    assert max(map(len, doubles.asked)) == 2


@contextmanager
def statements_of_new_connections() -> Iterator[list[str]]:
    """What connections execute that are made in this block: those of the feed's threads."""
    found: list[str] = []

    def wrap(connection, **_):
        connection.execute_wrappers.append(note)

    def note(execute, sql, params, many, context):
        found.append(sql)
        return execute(sql, params, many, context)

    connection_created.connect(wrap)
    try:
        yield found
    finally:
        connection_created.disconnect(wrap)


@pytest.mark.django_db(transaction=True)
def test_a_crowd_that_comes_back_costs_few_statements() -> None:
    repos = [repository(f"acme/r{number}", private=number == 0) for number in range(3)]
    people = [user(f"u{number}") for number in range(20)]
    for number, who in enumerate(people):
        watch(who, repos[number % 3], "all")
    events = [happen(repo, *range(1, 6)) for repo in repos]
    tokens = [token_of(who) for who in people]

    async def scenario(stage: Stage) -> None:
        sockets = [stage.open(token, f"/api/v1/ws/me?after={events[0][0]}") for token in tokens for _ in range(3)]
        for number, socket in enumerate(sockets):
            heard = await socket.ids_until_ready()
            place = (number // 3) % 3
            # What one may not see is in nobody's replay.
            assert heard == ([] if place == 0 else events[place])

    with statements_of_new_connections() as statements:
        play(scenario)
    selects = [sql for sql in statements if sql.startswith("SELECT")]
    assert 10 < len(selects) < 120, len(selects)  # 60 sockets, at 15 each, would make 900
