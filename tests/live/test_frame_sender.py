"""Whatever the server's pace, the sender sends frames once and in order."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from monitor.live import frame_sender
from monitor.live.frame_queue import MAX_BYTES
from monitor.live.frame_sender import FrameSender
from monitor.live.server_frames import Frame


class Server:
    """Takes a frame at once, after a turn of the loop, or when it is let, as the script says."""

    def __init__(self, script: list[str]) -> None:
        self.script = script
        self.sent: list[int] = []
        self.code: int | None = None
        self.gate = asyncio.Event()

    async def send(self, message: dict) -> None:
        pace = self.script.pop() if self.script else "at once"
        if pace == "a turn later":
            await asyncio.sleep(0)
        elif pace == "when let":
            await self.gate.wait()
        elif pace == "gone":
            raise OSError("the client left")
        if message["type"] == "websocket.close":
            self.code = message["code"]
            return
        got = json.loads(message["text"])
        assert isinstance(got, int) or 2 <= len(got["data"]) <= 100
        self.sent += [got] if isinstance(got, int) else got["data"]


async def settle() -> None:
    """Waits for every task but this one."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others)


PACES = st.lists(st.sampled_from(["at once", "a turn later", "when let"]), max_size=20)
BURSTS = st.lists(st.integers(0, 4), max_size=20)


@given(PACES, BURSTS, st.booleans())
def test_every_frame_once_and_in_order(script, bursts, joins):
    async def run():
        server = Server(list(script))
        sender = FrameSender(server.send, batch=joins)
        number = 0
        for burst in bursts:
            for _ in range(burst):
                sender.send(Frame(str(number)))
                number += 1
            await asyncio.sleep(0)
        sender.close(4401, "signed out")
        sender.send(Frame("-1"))
        server.gate.set()
        await settle()
        assert server.sent == list(range(number))
        assert server.code == 4401
        sender.stop()

    window = frame_sender.BATCH_WINDOW_SECONDS
    frame_sender.BATCH_WINDOW_SECONDS = 0
    try:
        asyncio.run(run())
    finally:
        frame_sender.BATCH_WINDOW_SECONDS = window


def test_a_frame_the_server_takes_at_once_needs_no_task():
    async def run():
        server = Server([])
        sender = FrameSender(server.send)
        for number in range(5):
            sender.send(Frame(str(number)))
        assert server.sent == [0, 1, 2, 3, 4]
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())


def test_a_client_that_left_in_the_middle_of_a_frame_is_no_fault(caplog):
    async def run():
        for script in (["gone"], ["gone", "a turn later"]):
            sender = FrameSender(Server(script).send)
            sender.send(Frame("1"))
            sender.send(Frame("2"))
            await settle()
            assert sender.finished
            sender.send(Frame("3"))
            sender.stop()

    asyncio.run(run())
    assert not caplog.records


def test_stopping_while_the_server_waits_ends_the_wait():
    async def run():
        server = Server(["when let"])
        sender = FrameSender(server.send)
        sender.send(Frame("1"))
        sender.send(Frame("2"))
        await asyncio.sleep(0)
        sender.stop()
        await settle()
        assert server.sent == []

    asyncio.run(run())


def test_a_single_frame_bigger_than_the_limit_is_let_through():
    async def run():
        server = Server(["when let"] * 2)
        sender = FrameSender(server.send)
        sender.send(Frame("1"))
        sender.send(Frame("2" + " " * MAX_BYTES))
        server.gate.set()
        await settle()
        assert (server.sent, server.code) == ([1, 2], None)

    asyncio.run(run())


def test_fewer_than_a_thousand_may_wait():
    async def run(count: int):
        server = Server(["when let"])
        sender = FrameSender(server.send)
        for number in range(1 + count):
            sender.send(Frame(str(number)))
        server.gate.set()
        await settle()
        sender.stop()
        return len(server.sent), server.code

    assert asyncio.run(run(999)) == (1_000, None)
    assert asyncio.run(run(1_000)) == (1, 4408)
