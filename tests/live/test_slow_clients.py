"""A client that does not keep up harms nobody, and loses nothing."""

import pytest

from monitor.live import feed_runner, frame_sender, heartbeat
from tests.builders import repository, user
from tests.live.asgi import Client, Closed, Stage, play, token_of
from tests.live.people import happen, watch

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "x" * 100_000


async def last_id(client: Client) -> int:
    """The id of the last event before the socket was closed with 4408."""
    last = 0
    try:
        while True:
            last = (await client.frame()).get("id", last)
    except Closed as closed:
        if closed.code != 4408:
            raise
        return last


@pytest.mark.parametrize(("count", "changed"), [pytest.param(1_001, {}, marks=pytest.mark.slow), (45, {"title": LONG})])
def test_too_much_waiting_closes_one_client_and_serves_the_other(count, changed):
    repo, heron = repository(), user()
    watch(heron, repo)
    token = token_of(heron)

    async def scenario(stage: Stage):
        slow, healthy = await stage.ready(token), await stage.ready(token)
        slow.reading.clear()
        ids = await stage.do(happen, repo, *range(1, count + 1), **changed)
        assert [(await healthy.frame("pr_update"))["id"] for _ in ids] == ids
        assert not slow.raw
        slow.reading.set()
        seen = await last_id(slow)
        assert ids[0] <= seen < ids[-1]
        back = stage.open(token, f"/api/v1/ws/me?after={seen}")
        assert await back.ids_until_ready() == list(range(seen + 1, ids[-1] + 1))

    play(scenario)


@pytest.mark.slow
def test_a_slow_replay_is_waited_for_however_big():
    repo, heron = repository(), user()
    watch(heron, repo)
    start = happen(repo, 1)[-1]
    ids = happen(repo, *range(2, 102), title=LONG)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = stage.open(token, f"/api/v1/ws/me?after={start}")
        client.reading.clear()
        healthy = await stage.ready(token)
        ids.extend(await stage.do(happen, repo, 200))
        await healthy.frame("pr_update")
        client.reading.set()
        assert await client.ids_until_ready() == ids

    play(scenario)


def test_a_client_that_takes_nothing_at_all_is_given_up(monkeypatch):
    monkeypatch.setattr(heartbeat, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(frame_sender, "STUCK_SECONDS", 0.1)
    monkeypatch.setattr(frame_sender, "GRACE_SECONDS", 0.1)
    token = token_of(user())

    async def scenario(stage: Stage):
        client = await stage.ready(token)
        client.reading.clear()
        sockets = feed_runner.running_feed().sockets
        (socket,) = sockets
        while not socket.sender.finished:
            await stage.do(int)
        await client.leave()
        assert not sockets.user_ids()

    play(scenario)
