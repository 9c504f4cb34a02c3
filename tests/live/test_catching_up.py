"""Coming back with a cursor: nothing lost, nothing twice, in order."""

import asyncio
import random

import pytest

from monitor.live import replay
from monitor.models import EventSequence
from monitor.queries import event_log as log
from monitor.queries import latest_event_id
from tests.builders import repository, user
from tests.live.asgi import Stage, play, token_of
from tests.live.people import happen, watch

pytestmark = pytest.mark.django_db(transaction=True)
TWENTY = range(1, 21)


def address(after: object) -> str:
    return f"/api/v1/ws/me?after={after}"


def test_missed_frames_come_in_order_with_todays_pull_request_then_ready_then_numbers():
    repo, quiet, heron = repository(), repository("acme/quiet"), user()
    watch(heron, repo)
    watch(heron, quiet)
    first = happen(repo, 1)
    missed = happen(repo, 2, 3) + happen(repo, 2, minutes=2, title="Said differently")
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = stage.open(token, address(first[-1]))
        frames = [await client.frame() for _ in missed]
        assert [frame["id"] for frame in frames] == missed
        assert [frame["data"]["update_type"] for frame in frames] == ["new_pr", "new_pr", "updated"]
        assert frames[0]["data"]["pull_request"]["title"] == "Said differently"
        ready = await client.frame()
        assert (ready["type"], ready["data"]["cursor"]) == ("ready", missed[-1])
        numbers = [await client.frame() for _ in range(2)]
        assert {update["type"] for update in numbers} == {"repository_stats_update"}
        assert {update["data"]["repository"]: update["data"]["stats"]["total_open_prs"] for update in numbers} == {
            "acme/quiet": 0,
            "acme/web": 3,
        }
        (live,) = await stage.do(happen, repo, 4)
        assert (await client.frame("pr_update"))["id"] == live

    play(scenario)


def test_nothing_missed_is_ready_at_once():
    token = token_of(user())

    async def scenario(stage: Stage):
        client = stage.open(token, address(await stage.do(latest_event_id)))
        assert (await client.frame())["type"] == "ready"

    play(scenario)


@pytest.mark.parametrize("ahead", [1, 10**6, 10**18, 10**30, 10**900])
def test_a_cursor_ahead_of_the_head_is_told_to_fetch_anew(ahead):
    repo, heron = repository(), user()
    watch(heron, repo)
    ids = happen(repo, 1, 2)
    token = token_of(heron)

    async def scenario(stage: Stage):
        client = stage.open(token, address(ids[-1] + ahead))
        resync = await client.frame()
        assert list(resync) == ["type", "data", "timestamp"]
        assert (resync["type"], resync["data"]) == ("resync", {"cursor": ids[-1]})
        ready = await client.frame()
        assert (ready["type"], ready["data"]["cursor"]) == ("ready", ids[-1])
        (live,) = await stage.do(happen, repo, 3)
        assert (await client.frame())["id"] == live

    play(scenario)


def test_a_cursor_older_than_what_is_kept_is_told_to_fetch_anew():
    repo, heron = repository(), user()
    watch(heron, repo)
    ids = happen(repo, 1, 2, 3)
    EventSequence.objects.update(pruned=ids[1])
    token = token_of(heron)

    async def scenario(stage: Stage):
        late = stage.open(token, address(ids[0]))
        assert [(await late.frame())["type"] for _ in range(2)] == ["resync", "ready"]
        just_in_time = stage.open(token, address(ids[1]))
        assert await just_in_time.ids_until_ready() == [ids[2]]

    play(scenario)


@pytest.mark.slow
def test_a_thousand_behind_is_replayed_one_more_is_not_and_other_peoples_events_do_not_count():
    repo, elsewhere, heron = repository(), repository("acme/elsewhere"), user()
    watch(heron, repo)
    start = happen(elsewhere, 1)[-1]
    happen(elsewhere, *range(2, 302))
    ids = happen(repo, *range(1, 1002))
    token = token_of(heron)

    async def scenario(stage: Stage):
        too_far = stage.open(token, address(start))
        assert [(await too_far.frame())["type"] for _ in range(2)] == ["resync", "ready"]
        near = stage.open(token, address(ids[0]))
        assert await near.ids_until_ready() == ids[1:]

    play(scenario)


def test_too_much_to_look_at_means_to_fetch_anew_and_whatever_follows_comes(monkeypatch):
    monkeypatch.setattr(log, "MAX_EVENTS_READ", 50)
    monkeypatch.setattr(replay, "RECENT_EVENTS", 10)
    repo, elsewhere, heron = repository(), repository("acme/elsewhere"), user("heron")
    watch(heron, repo, "author")
    happen(elsewhere, *range(1, 101))
    mine = happen(repo, 1)
    others = happen(repo, *range(2, 52), author="wren")
    token = token_of(heron)

    async def scenario(stage: Stage):
        too_far = stage.open(token, address(0))
        resync = await too_far.frame()
        assert (resync["type"], resync["data"]) == ("resync", {"cursor": others[-1]})
        ready = await too_far.frame()
        assert (ready["type"], ready["data"]["cursor"]) == ("ready", others[-1])
        near = stage.open(token, address(mine[-1]))
        assert await near.ids_until_ready() == []
        (live,) = await stage.do(happen, repo, 1, minutes=2, title="Said differently")
        assert (await too_far.frame("pr_update"))["id"] == (await near.frame("pr_update"))["id"] == live

    play(scenario)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_joining_while_things_happen_loses_and_doubles_nothing(seed):
    chance = random.Random(seed)
    repo, heron = repository(), user()
    watch(heron, repo)
    start = happen(repo, 1)[-1]
    token = token_of(heron)
    events = 40

    async def scenario(stage: Stage):
        moved = asyncio.Condition()
        state = {"head": start}

        async def write():
            while state["head"] < start + events:
                count = min(chance.randint(1, 3), start + events - state["head"])
                numbers = range(state["head"] + 1, state["head"] + 1 + count)
                state["head"] = (await stage.do(happen, repo, *numbers))[-1]
                async with moved:
                    moved.notify_all()

        async def follow(joins_at: int, after: int | None, batch: bool):
            async with moved:
                await moved.wait_for(lambda: state["head"] >= joins_at)
            query = [f"after={after}"] * (after is not None) + ["batch=1"] * batch
            client = stage.open(token, "/api/v1/ws/me?" + "&".join(query))
            told, heard, readies = after, [], []
            while not readies or (told or 0) < start + events:
                frame = await client.frame()
                for one in frame["data"] if frame["type"] == "batch" else [frame]:
                    if one["type"] == "ready":
                        readies.append(one["data"]["cursor"])
                        told = max(told or 0, readies[-1])
                    elif one["type"] == "pr_update":
                        heard.append(one["id"])
                        told = one["id"]
            since = readies[0] if after is None else after
            assert len(readies) == 1
            assert heard == list(range(since + 1, start + events + 1))

        followers = []
        for _ in range(8):
            joins_at = chance.randint(start, start + events)
            after = chance.choice([None, chance.randint(start, joins_at)])
            followers.append(follow(joins_at, after, chance.random() < 0.3))
        await asyncio.gather(write(), *followers)

    play(scenario)


def test_a_second_socket_of_one_user_does_not_disturb_the_first():
    repo, heron = repository(), user()
    watch(heron, repo)
    start = happen(repo, 1)[-1]
    token = token_of(heron)

    async def scenario(stage: Stage):
        first = await stage.ready(token)
        ids = await stage.do(happen, repo, 2, 3)
        second = stage.open(token, address(start))
        assert await second.ids_until_ready() == ids
        await second.leave()
        ids += await stage.do(happen, repo, 4)
        assert [(await first.frame("pr_update"))["id"] for _ in ids] == ids

    play(scenario)
