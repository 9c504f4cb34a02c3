"""prmonitor beside a plain FastAPI service, in one run: processor time of the server for each piece of work.

    python benchmarks/side_by_side.py [--pairs 5] [--only TEXT] [--json FILE]

Server and load have a core each. Pairs are interleaved; the table has the median of the ratios (baseline / prmonitor, so
more is better), their spread, and the goal. QUICK=1 makes two pairs. Needs the packages of the extra `bench`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _world
from _server import BASELINE, CORES, PEOPLE, PRMONITOR, Crowd, Server, accepted, calls, post, token
from _table import QUICK, Line, Table, at_most, compared, parser


@dataclass(frozen=True, slots=True)
class Work:
    """One row of the table: how to do the work with the baseline and with prmonitor; both return a cost."""

    name: str
    unit: str
    goal: float
    baseline: Callable[[], float]
    ours: Callable[[], float]


def prepare(folder: Path, address: str = "") -> str:
    """A world of 1,000 people who hear of everything in five repositories, and the baseline's table of the same."""
    address = address or f"sqlite:///{folder / 'prmonitor.sqlite3'}"
    _world.set_up_django(address)
    from django.contrib.auth.models import User
    from django.core.management import call_command

    from monitor.models import ApiToken, PullRequest, Subscription
    from monitor.models.api_token import digest_of

    call_command("migrate", verbosity=0)
    size = _world.Size(repositories=5, open_each=20, closed_each=0, people=PEOPLE, subscriptions=5, rounds=3)
    _world.Builder(size).build()
    Subscription.objects.update(filters=["all"])
    people = User.objects.filter(username__startswith="person-").order_by("pk")
    ApiToken.objects.bulk_create(
        ApiToken(user=user, name="bench", digest=digest_of(token(number)), last_used_at=_world.NOW)
        for number, user in enumerate(people)
    )
    documents = PullRequest.objects.order_by("pk").values_list("document", flat=True)
    fill_baseline(folder / "baseline.sqlite3", [json.loads(document) for document in documents])
    return address


def fill_baseline(path: Path, documents: list[dict[str, Any]]) -> None:
    """The columns such a service would have, and a text as long as all that ours has besides."""
    import sqlite3

    names = ("number", "title", "url", "author", "state", "draft", "created_at", "updated_at", "additions", "deletions")
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute(
            f"CREATE TABLE pull_request (id INTEGER PRIMARY KEY, repository, {', '.join(names)}, labels, text)"
        )
        made.execute("CREATE INDEX state ON pull_request (state)")
        made.execute("CREATE INDEX updated_at ON pull_request (updated_at)")
        for number, document in enumerate(documents):
            known = [document[name] for name in names]
            labels = json.dumps(document["labels"])
            row = [number, document["repository"], *known, labels]
            row.append("x" * (len(json.dumps(document)) - len(json.dumps(row))))
            made.execute(f"INSERT INTO pull_request VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 - question marks


class Story:
    """Things that happen, recorded as a look at GitHub would record them."""

    def __init__(self) -> None:
        from monitor.models import Repository

        self.repository = Repository.objects.order_by("pk").first()
        self.serial = 0

    def happen(self, count: int) -> None:
        """`count` pull requests change in one transaction, an event each."""
        from monitor.models import PullRequest
        from monitor.recording.recorder import record
        from monitor.rules.snapshot import Snapshot

        self.serial += 1
        rows = PullRequest.objects.filter(repository=self.repository).order_by("pk")[:count]
        seen = [Snapshot.from_json(row.snapshot) for row in rows]
        now = _world.NOW + _world.timedelta(seconds=self.serial)
        record(self.repository, [replace(one, title=f"Title {self.serial}", updated_at=now) for one in seen], now=now)

    def frame(self) -> str:
        """The text of a frame, for the baseline to send as well."""
        from django.utils import timezone

        from monitor.live import server_frames
        from monitor.models import Event

        return server_frames.pr_update(Event.objects.latest("id"), timezone.now()).text


class Fan:
    """Sends events to a crowd at a server, and measures the server."""

    def __init__(
        self, server: Server, story: Story, count: int, path: str, *, deflate: bool = False, own: bool
    ) -> None:
        self.server, self.story, self.count, self.own = server, story, count, own
        self.crowd = Crowd(server.port, path, deflate=deflate, tokens=own)
        self.loop = asyncio.new_event_loop()
        self.loop.run_until_complete(self.crowd.join(count))
        self.send(1, at_once=False)  # what only a first event costs is not measured

    def send(self, events: int, *, at_once: bool) -> float:
        """Processor seconds for `events` events to all."""
        wanted, began = self.crowd.events + events * self.count, self.server.cpu()
        self.loop.run_until_complete(self._send(events, wanted, at_once))
        return self.server.cpu() - began

    async def _send(self, events: int, wanted: int, at_once: bool) -> None:
        if not self.own:
            await asyncio.to_thread(self._broadcast, events)
        elif at_once:
            await asyncio.to_thread(self.story.happen, events)
        else:
            for _ in range(events):
                await asyncio.to_thread(self.story.happen, 1)
        await self.crowd.until(lambda: self.crowd.events >= wanted)

    def _broadcast(self, events: int) -> None:
        post(self.server.port, f"/broadcast?times={events}", self.story.frame())

    def close(self) -> None:
        self.loop.run_until_complete(self.crowd.leave())
        self.loop.close()


def environment_of(folder: Path, address: str) -> dict[str, str]:
    return {
        "DATABASE_URL": address,
        "DATA_DIR": str(folder),
        "API_RATE_PER_MINUTE": "1000000",
        "LOG_LEVEL": "WARNING",
        "BASELINE_DATABASE": str(folder / "baseline.sqlite3"),
    }


@contextmanager
def servers(environment: dict[str, str]) -> Iterator[dict[str, Server]]:
    running = {"baseline": Server(BASELINE, **environment)}
    try:
        for name, command in PRMONITOR.items():
            running[name] = Server(command, **environment)
        yield running
    finally:
        for server in running.values():
            server.stop()


def touch() -> None:
    """Commits something that no answer shows."""
    from django.utils import timezone

    from monitor.models import Heartbeat

    Heartbeat.objects.update_or_create(name="bench", defaults={"at": timezone.now()})


@dataclass(frozen=True, slots=True)
class FanOut:
    """Events to a crowd: how many sockets and events, and how our clients join."""

    name: str
    goal: float
    server: str = "uvicorn"
    sockets: int = 1_000
    events: int = 10
    query: str = ""
    deflate: bool = False
    at_once: bool = False


FAN_OUTS = (
    FanOut("an event to 1,000 sockets, uvicorn", 1.0),
    FanOut("the same, daphne", 0.3, server="daphne"),
    FanOut("the same, deflate offered", 2.0, deflate=True),
    FanOut("20 events at once to 500 sockets", 1.0, sockets=500, events=20, at_once=True),
    FanOut("the same with ?batch=1", 8.0, sockets=500, events=20, at_once=True, query="?batch=1"),
)


def memory_of_a_socket(command: list[str], environment: dict[str, str], path: str, *, own: bool) -> float:
    """KiB for each of 1,000 sockets that join 500 others: threads and statements, which those needed once, count for none."""

    async def run() -> float:
        first, others = (Crowd(server.port, path, tokens=own) for _ in range(2))
        await first.join(500)
        before = server.memory()
        await others.join(1000)
        taken = (server.memory() - before) / 1000
        await asyncio.gather(first.leave(), others.leave())
        return taken

    server = Server(command, **environment)
    try:
        return asyncio.run(run())
    finally:
        server.stop()


def memory(environment: dict[str, str]) -> Work:
    return Work(
        "memory of a socket",
        "KiB",
        1 / 0.8,
        partial(memory_of_a_socket, BASELINE, environment, "/ws", own=False),
        partial(memory_of_a_socket, PRMONITOR["uvicorn"], environment, "/api/v1/ws/me", own=True),
    )


def fan_outs(running: dict[str, Server], story: Story) -> Iterator[Work]:
    """Events to many sockets."""
    for one in FAN_OUTS:
        path = f"/api/v1/ws/me{one.query}"
        theirs = Fan(running["baseline"], story, one.sockets, "/ws", deflate=one.deflate, own=False)
        ours = Fan(running[one.server], story, one.sockets, path, deflate=one.deflate, own=True)
        yield Work(
            one.name,
            f"s of CPU per {one.sockets * one.events:,} deliveries",
            one.goal,
            partial(theirs.send, one.events, at_once=False),
            partial(ours.send, one.events, at_once=one.at_once),
        )
        theirs.close()
        ours.close()


def http_calls(running: dict[str, Server]) -> Iterator[Work]:
    """Sockets that join, and calls one after the other."""
    baseline, ours = running["baseline"], running["uvicorn"]
    yield Work(
        "a socket joins",
        "ms of CPU",
        0.4,
        partial(accepted, baseline, "/ws", 500, own=False),
        partial(accepted, ours, "/api/v1/ws/me", 500, own=True),
    )
    theirs = partial(calls, baseline, "/pull-requests", 200)
    mine = partial(calls, ours, "/api/v1/pull-requests", 200)
    yield Work("GET 100 pull requests, something changed", "ms of CPU", 1.0, theirs, partial(mine, before_each=touch))
    yield Work("GET 100 pull requests, nothing changed", "ms of CPU", 1.0, theirs, mine)
    yield Work("GET 100 pull requests, 304", "ms of CPU", 2.5, theirs, partial(mine, again=True))
    # The goals of these are times.
    theirs, mine = partial(calls, baseline, "/empty", 300), partial(calls, ours, "/api/v1/me", 300)
    yield Work("GET /me, something changed", "ms of CPU", -0.8, theirs, partial(mine, before_each=touch))
    yield Work("GET /me, nothing changed", "ms of CPU", -0.8, theirs, mine)
    yield Work("GET /health/live", "ms of CPU", -0.4, theirs, partial(calls, ours, "/health/live", 300))


def measure(one: Work, pairs: int) -> Line:
    measured = [(one.baseline(), one.ours()) for _ in range(pairs)]
    if one.goal > 0:
        return compared(one.name, one.unit, measured, one.goal)
    theirs, ours = (median(each[side] for each in measured) for side in (0, 1))
    return at_most(one.name, one.unit, ours, -one.goal, theirs)


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--pairs", type=int, default=2 if QUICK else 5)
    given = options.parse_args()
    os.sched_setaffinity(0, CORES[1:] or CORES)
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(Path(folder), prepare(Path(folder)))
        with servers(environment) as running:
            table = Table(given)
            for one in chain(http_calls(running), fan_outs(running, Story()), [memory(environment)]):
                if table.wants(one.name):
                    table.add(measure(one, given.pairs))


if __name__ == "__main__":
    main()
