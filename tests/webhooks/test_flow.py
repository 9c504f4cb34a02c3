"""The whole way from a webhook to the browser: in one process, and timed with real processes."""

import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from websockets.asyncio.client import connect

from monitor import tasks
from monitor.live import feed
from monitor.models import Heartbeat
from monitor.runtime.supervisor.listening import free_port
from tests.builders import user
from tests.demo_github import DemoGitHub, World
from tests.live.asgi import Stage, play, token_of
from tests.live.people import watch as subscribe
from tests.polling import processes
from tests.webhooks.conftest import PATH, SECRET

pytestmark = pytest.mark.django_db(transaction=True)
GOAL_SECONDS = 2.0


def test_a_webhook_becomes_one_frame(world: World, github: DemoGitHub, hooked, post, monkeypatch) -> None:
    monkeypatch.setattr(feed, "READ_SECONDS", 0.01)
    pull = world.open("acme/web", "One", author="heron")
    wren = user("wren")
    subscribe(wren, hooked(), "all")
    token = token_of(wren)

    async def scenario(stage: Stage) -> None:
        socket = await stage.ready(token)
        await stage.do(world.request_review, pull, "acme/platform", by="heron")
        assert await stage.do(post.arrive) == ["pull_request review_requested 202 accepted"]
        assert await stage.do(tasks.webhooks) == 1
        frame = await socket.frame("pr_update")
        assert frame["data"]["changes"] == ["review_requested"]
        assert frame["data"]["pull_request"]["review_requests"][0]["name"] == "acme/platform"
        assert await stage.do(post.arrive) == []
        assert await stage.do(tasks.webhooks) == 0
        socket.say({"type": "ping"})
        while (later := await socket.frame())["type"] != "pong":
            assert later["type"] == "repository_stats_update"

    play(scenario)


@contextmanager
def running(*command: str, github: DemoGitHub, data: Path) -> Iterator[None]:
    """Runs a prmonitor process on the test database."""
    process = processes.start(*command, github_url=github.url, data_dir=data, GITHUB_WEBHOOK_SECRET=SECRET)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


async def until(condition, seconds: float = 40) -> None:
    """Waits until a condition holds: processes do not report when they have started."""
    end = monotonic() + seconds
    while not await asyncio.to_thread(condition):
        assert monotonic() < end, "not up in time"
        await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_from_github_to_the_browser_within_two_seconds(
    github: DemoGitHub, world: World, hooked, tmp_path: Path
) -> None:
    """Each act follows the last frame at once: the worst time in the cluster's schedule."""
    pull = world.open("acme/web", "One", author="heron")
    wren = user("wren")
    subscribe(wren, hooked(), "all")
    token, port = token_of(wren), free_port()
    taken: list[float] = []

    async def connected():
        while True:
            try:
                headers = {"Authorization": f"Bearer {token}"}
                return await connect(f"ws://127.0.0.1:{port}/api/v1/ws/me", additional_headers=headers)
            except OSError:
                await asyncio.sleep(0.1)

    async def scenario() -> None:
        async with asyncio.timeout(150):
            socket = await connected()
            await until(Heartbeat.objects.filter(name="worker").exists)
            github.add_hook(f"http://127.0.0.1:{port}{PATH}", SECRET)
            for number in range(21):
                began = monotonic()
                await asyncio.to_thread(world.retitle, pull, f"Number {number}", by="heron")
                while json.loads(await socket.recv())["type"] != "pr_update":
                    pass
                taken.append(monotonic() - began)
            await socket.close()

    web = ("-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "prmonitor.asgi:application")
    with running(*web, github=github, data=tmp_path), running("manage.py", "qcluster", github=github, data=tmp_path):
        asyncio.run(scenario())
    ordered = sorted(taken[1:])  # the first act also warms up every process
    print(f"\nwebhook to frame: p50 {ordered[9]:.2f} s, p95 {ordered[18]:.2f} s, slowest {ordered[19]:.2f} s")
    assert ordered[18] <= GOAL_SECONDS
