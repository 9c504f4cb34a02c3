"""Pages and API calls at size: milliseconds, of them the database's, queries and bytes, for two readers and a lead.

    python benchmarks/pages.py [--scale 1.0] [--database postgres://…] [--repeats 7] [--only TEXT]

QUICK=1 measures a world of a tenth, which is built in a minute. Requests go through the whole of Django in this process,
one at a time; nothing changes meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _world


@dataclass(frozen=True, slots=True)
class Place:
    """An address, who asks for it, and the goal in milliseconds: all, and of them the database's."""

    name: str
    reader: str
    path: str
    goal: float
    goal_of_database: float = 0.0


@dataclass(slots=True)
class Cost:
    """What one request took."""

    seconds: float = 0.0
    database: float = 0.0
    queries: int = 0
    bytes: int = 0


def places() -> Iterator[Place]:
    for reader in (_world.ORDINARY, _world.WATCHES_ALL):
        yield Place("inbox", reader, "/", 40, 15)
        yield Place("all open", reader, "/?q=is%3Aopen", 60, 25)
        yield Place("all states", reader, "/?state=all", 60, 25)
        yield Place("text, all states", reader, "/?state=all&q=cache", 100, 60)
        yield Place("a pull request", reader, _pull_request_of(reader), 40, 15)
        yield Place("API list of 100", reader, "/api/v1/pull-requests", 10)
        yield Place("API views", reader, "/api/v1/views", 15)
        yield Place("API me", reader, "/api/v1/me", 0.8)
    yield Place("admin: repositories", _world.LEAD, "/admin/monitor/repository/", 100)
    yield Place("admin: pull requests", _world.LEAD, "/admin/monitor/pullrequest/", 100)
    yield Place("admin: events, searched", _world.LEAD, "/admin/monitor/event/?q=person-0007", 100)


def _pull_request_of(reader: str) -> str:
    from django.contrib.auth.models import User

    from monitor.models import PullRequest

    user = User.objects.get(username=reader)
    row = (
        PullRequest.objects.filter(repository__subscriptions__user=user, state="open")
        .select_related("repository")
        .first()
    )
    assert row is not None
    return f"/pull-requests/{row.repository.full_name}/{row.number}"


@contextmanager
def measured() -> Iterator[Cost]:
    from django.db import connection

    cost = Cost()

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            cost.database += time.perf_counter() - started
            cost.queries += 1

    with connection.execute_wrapper(count):
        started = time.perf_counter()
        yield cost
        cost.seconds = time.perf_counter() - started


def ask(place: Place, repeats: int) -> Cost:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"accept": "application/json" if "/api/" in place.path else "text/html"})
    client.force_login(User.objects.get(username=place.reader))
    costs = []
    for _ in range(repeats + 1):
        with measured() as cost:
            response = client.get(place.path)
        assert response.status_code == 200, (place, response.status_code)
        cost.bytes = len(response.content)
        costs.append(cost)
    kept = costs[1:]  # the first one warms caches up
    return Cost(
        median(cost.seconds for cost in kept),
        median(cost.database for cost in kept),
        max(cost.queries for cost in kept),
        kept[-1].bytes,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.1 if os.environ.get("QUICK") else 1.0)
    parser.add_argument("--database", default="")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", default="")
    given = parser.parse_args()
    _world.prepare(given.scale, given.database)
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.LOGGING_CONFIG = None
    found = []
    print(f"{'':24} {'reader':12} {'ms':>8} {'goal':>6} {'DB ms':>8} {'goal':>6} {'queries':>8} {'KiB':>7}")
    for place in places():
        if given.only and given.only not in place.name:
            continue
        cost = ask(place, given.repeats)
        ms, of_database = cost.seconds * 1000, cost.database * 1000
        ok = ms <= place.goal and (not place.goal_of_database or of_database <= place.goal_of_database)
        print(
            f"{place.name:24} {place.reader:12} {ms:8.1f} {place.goal:6g} {of_database:8.1f} {place.goal_of_database or '':>6}"
            f" {cost.queries:8} {cost.bytes / 1024:7.0f}  {'ok' if ok else 'MISS'}",
            flush=True,
        )
        found.append({**asdict(place), **asdict(cost), "ok": ok})
    if given.json:
        Path(given.json).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
