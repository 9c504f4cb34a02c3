"""The demo GitHub in a process of its own, with a clock that can be put forward: so its CPU is not the poller's."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

ORGANIZATION = "bulk"


@dataclass(slots=True)
class Tally:
    """What was asked since the last tally: requests and points by operation, and GitHub's own seconds of CPU."""

    requests: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    cpu: float = 0.0


class GitHub:
    """The other end of the pipe: `url`, the node ids of its repositories and pull requests, and what can be done there."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url, self.repositories, self.pulls = pipe.recv()

    def set_clock(self, ahead: timedelta) -> None:
        self._ask("clock", ahead)

    def act(self, kind: str, node_id: str) -> None:
        self._ask("act", kind, node_id)

    def hook(self, url: str, secret: str) -> None:
        """From now on, what happens is told to `url`."""
        self._ask("hook", url, secret)

    def tally(self) -> Tally:
        return self._ask("tally")

    def _ask(self, *command: Any) -> Any:
        self._pipe.send(command)
        return self._pipe.recv()


@contextmanager
def github(repositories: int, pulls: int, ahead: timedelta) -> Iterator[GitHub]:
    """A demo GitHub with that many repositories, each with that many open pull requests."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, repositories, pulls, ahead), daemon=True)
    process.start()
    theirs.close()
    try:
        yield GitHub(ours)
    finally:
        ours.close()
        process.join(10)
        process.kill()


def _serve(pipe: Connection, repositories: int, pulls: int, ahead: timedelta) -> None:
    from tests.demo_github import DemoGitHub, World, add_many

    clock = {"ahead": ahead}
    world = World(now=lambda: datetime.now(UTC) + clock["ahead"])
    homes = add_many(world, repositories, pulls, organization=ORGANIZATION)
    with DemoGitHub(world, log_size=1_000_000) as github:
        rows = {home.id: home.name_with_owner for home in homes}
        pipe.send((github.url, rows, [pull.id for home in homes for pull in home.pulls.values()]))
        cpu = time.process_time()
        while True:
            try:
                command, *said = pipe.recv()
            except EOFError:
                return
            if command == "clock":
                [clock["ahead"]] = said
                pipe.send(None)
            elif command == "hook":
                github.add_hook(*said)
                pipe.send(None)
            elif command == "act":
                pipe.send(_act(world, *said))
            else:
                asked = list(github.log)
                github.log.clear()
                tally = Tally(cpu=time.process_time() - cpu)
                cpu = time.process_time()
                for one in asked:
                    tally.requests[one.operation or "REST"] += 1
                    tally.points[one.operation or "REST"] += one.points
                pipe.send(tally)


def _act(world: Any, kind: str, node_id: str) -> None:
    pull = world.nodes[node_id]
    match kind:
        case "comment":
            world.comment(pull, by="wren")
        case "review":
            world.review(pull, "APPROVED", by="finch")
        case "retitle":
            world.retitle(pull, f"{pull.title} (again)")
        case "push":
            world.push(pull)
            world.set_checks(pull, "PENDING")
        case "checks":
            world.set_checks(pull, "SUCCESS")
