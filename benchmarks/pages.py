"""Pages and API calls at size: milliseconds, of them the database's, queries and weight, for two readers and a lead.

    python benchmarks/pages.py [--scale 1.0] [--database postgres://…] [--repeats 7] [--only TEXT] [--json FILE]

QUICK=1 measures a world of a tenth, which is built in half a minute. Requests go through the whole of Django in this
process, one at a time, compressed where a browser would get them compressed; nothing changes meanwhile.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _world
from _table import QUICK, Table, at_most, parser


@dataclass(frozen=True, slots=True)
class Place:
    """An address, who asks for it, and the goals: milliseconds in all, the database's of them, KiB on the wire."""

    name: str
    reader: str
    path: str
    milliseconds: float
    of_database: float = 0.0
    kibibytes: float = 0.0


@dataclass(slots=True)
class Cost:
    """What one request took. `weight`: bytes on the wire; `unpacked`: the same when a browser has unpacked them."""

    seconds: float = 0.0
    of_database: float = 0.0
    queries: int = 0
    weight: int = 0
    unpacked: int = 0


def places() -> Iterator[Place]:
    for reader in (_world.ORDINARY, _world.WATCHES_ALL):
        yield Place("inbox", reader, "/", 40, 15)
        yield Place("all open, 100 rows", reader, "/?q=is%3Aopen", 60, 25, 120)
        yield Place("all states", reader, "/?state=all", 60, 25)
        yield Place("text, all states", reader, "/?state=all&q=cache", 100, 60)
        yield Place("a pull request", reader, _pull_request_of(reader), 40, 15)
        yield Place("one row that changed", reader, f"{_pull_request_of(reader)}/row", 3)
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
            cost.of_database += time.perf_counter() - started
            cost.queries += 1

    with connection.execute_wrapper(count):
        started = time.perf_counter()
        yield cost
        cost.seconds = time.perf_counter() - started


def client_of(place: Place) -> Any:
    """A browser with a session, or a program with an API token."""
    from django.contrib.auth.models import User
    from django.test import Client

    from monitor.models import ApiToken
    from monitor.models.api_token import digest_of

    user = User.objects.get(username=place.reader)
    if "/api/" not in place.path:
        client = Client(headers={"accept": "text/html", "accept-encoding": "gzip"})
        client.force_login(user)
        return client
    text = f"prm_{user.pk:040}"
    known = {"user": user, "name": "bench", "last_used_at": _world.NOW}
    ApiToken.objects.update_or_create(digest=digest_of(text), defaults=known)
    return Client(headers={"accept": "application/json", "authorization": f"Bearer {text}"})


def ask(place: Place, repeats: int) -> Cost:
    client = client_of(place)
    costs = []
    for _ in range(repeats + 1):
        with measured() as cost:
            response = client.get(place.path)
        assert response.status_code == 200, (place, response.status_code)
        packed = response.headers.get("Content-Encoding") == "gzip"
        cost.weight = len(response.content)
        cost.unpacked = len(gzip.decompress(response.content)) if packed else cost.weight
        costs.append(cost)
    kept = costs[1:]  # the first one warms caches up
    return Cost(
        median(cost.seconds for cost in kept),
        median(cost.of_database for cost in kept),
        max(cost.queries for cost in kept),
        kept[-1].weight,
        kept[-1].unpacked,
    )


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--scale", type=float, default=0.1 if QUICK else 1.0)
    options.add_argument("--database", default="")
    options.add_argument("--repeats", type=int, default=7)
    given = options.parse_args()
    _world.prepare(given.scale, given.database)
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.LOGGING_CONFIG = None
    table = Table(given)
    for place in places():
        work = f"{place.name} ({place.reader}, {connection.vendor})"
        if table.wants(work):
            add(table, place, work, ask(place, given.repeats))


def add(table: Table, place: Place, work: str, cost: Cost) -> None:
    """The lines of one address: one for each goal."""
    wire, unpacked = cost.weight / 1024, cost.unpacked / 1024
    note = f"{cost.queries} queries, {wire:.0f} KiB{f', unpacked {unpacked:.0f}' if wire < unpacked else ''}"
    table.add(at_most(work, "ms", cost.seconds * 1000, place.milliseconds, note=note))
    if place.of_database:
        table.add(at_most("  of it the database", "ms", cost.of_database * 1000, place.of_database))
    if place.kibibytes:
        table.add(at_most("  on the wire", "KiB", wire, place.kibibytes))


if __name__ == "__main__":
    main()
