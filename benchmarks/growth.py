"""How costs grow: sockets, repositories, pull requests of a repository, events kept, people; a plot and exponents.

    python benchmarks/growth.py [--database postgres://…] [--only TEXT] [--plot docs/growth.svg] [--json FILE]

Each size is measured in a process of its own, on a fresh SQLite, or in the database that `--database` names, *which is
emptied*. An exponent is the slope in a plot with two logarithmic axes: 0 does not grow, 1 grows as the size does. What is
measured are costs for one unit of what changed, so none of them may grow. QUICK=1 measures small sizes, without a plot.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _world
from _server import CORES, PRMONITOR, Crowd, Server
from _table import QUICK, Line, Table, parser

REPEATS = 15
# Noise of a machine that does other things as well; twice the cost at a hundred times the size is 0.15.
FLAT = 0.2


@dataclass(frozen=True, slots=True)
class Panel:
    """One thing that grows: its sizes, and what is measured at each."""

    name: str
    measure: Callable[[int, str], dict[str, float]]
    sizes: tuple[int, ...]
    quick: tuple[int, ...]


def sockets(count: int, address: str) -> dict[str, float]:
    """One event to all of them, and what they take of the memory."""
    from side_by_side import Fan, Story, environment_of, prepare

    os.sched_setaffinity(0, CORES[1:] or CORES)
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of(Path(folder), prepare(Path(folder), address))
        server = Server(PRMONITOR["uvicorn"], **environment)
        try:
            first = Crowd(server.port, "/api/v1/ws/me", tokens=True)
            loop = asyncio.new_event_loop()
            loop.run_until_complete(first.join(100))  # what only the first ones take is not measured
            before = server.memory()
            fan = Fan(server, Story(), count, "/api/v1/ws/me", own=True)
            memory = (server.memory() - before) / count
            spent = median(fan.send(5, at_once=False) for _ in range(5)) / 5 / count
            fan.close()
            loop.run_until_complete(first.leave())
            loop.close()
        finally:
            server.stop()
    return {"µs of CPU per delivery": spent * 1e6, "KiB per socket": memory}


def repositories(count: int, address: str) -> dict[str, float]:
    """Half an hour of polling while nothing happens."""
    import polling
    from _github import github

    clock = polling.Clock()
    with github(count, 5, clock.ahead) as there, tempfile.TemporaryDirectory() as folder:
        polling.prepare(there.url, clock, folder, address)
        bench = polling.Bench(clock, there)
        bench.subscribe()
        bench.first_looks()
        bench.stretch(2, 0)
        idle = bench.stretch(30, 0)
    points = sum(idle.tally.points.values()) / idle.hours / count
    return {"points per repository-hour": points, "ms of CPU per repository-hour": idle.cpu / idle.hours / count * 1000}


def pull_requests(count: int, address: str) -> dict[str, float]:
    """One change in a repository with so many open ones, and reading all of them in full without a change."""
    from recording import Looks

    _set_up(address)
    looks = Looks(count, changed=1)
    looks.record(looks.seen)

    def change() -> float:
        looks.next()
        changed = [looks.seen[looks.serial % looks.step]]
        return _milliseconds(partial(looks.record, changed))

    one = median(change() for _ in range(REPEATS))
    everything = median(_milliseconds(partial(looks.record, looks.seen)) for _ in range(3))
    return {"ms to record one change": one, "ms to read one in full again": everything / count}


def events(count: int, address: str) -> dict[str, float]:
    """What is done with new events, while so many are kept."""
    _set_up(address)
    from django.contrib.auth.models import User

    from monitor import queries
    from monitor.operations import retention

    looks, user = _small_world(people=10), User.objects.get(username=_world.WATCHES_ALL)
    _copy_events(count)
    head = queries.latest_event_id()

    def change() -> float:
        looks.next()
        changed = [looks.seen[looks.serial % looks.step]]
        return _milliseconds(partial(looks.record, changed))

    long_ago = _world.NOW - timedelta(days=50)
    return {
        "ms to record one change": median(change() for _ in range(REPEATS)),
        "ms to find 20 missed events": _median(lambda: queries.missed_by(user.pk, head - 20, 1000)),
        "ms for 100 events of the API": _median(lambda: queries.events_for(user, head - 100, 100)),
        "ms to delete 500 old ones": median(_milliseconds(partial(retention._events, long_ago)) for _ in range(3)),
    }


def people(count: int, address: str) -> dict[str, float]:
    """All watch the repository in which something changes."""
    _set_up(address)
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    looks = _small_world(people=count)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client(headers={"accept": "text/html"})
    client.force_login(User.objects.get(username=_world.login(1)))

    def change() -> float:
        looks.next()
        changed = [looks.seen[looks.serial % looks.step]]
        return _milliseconds(partial(looks.record, changed))

    client.get("/")
    return {
        "ms to record one change": median(change() for _ in range(REPEATS)),
        "ms for an inbox": median(_milliseconds(lambda: client.get("/")) for _ in range(REPEATS)),
    }


PANELS = {
    "sockets": Panel("sockets", sockets, (100, 700, 5_000), (100, 400)),
    "repositories": Panel("repositories", repositories, (10, 150, 2_000), (10, 50)),
    "pull requests": Panel("pull requests of a repository", pull_requests, (10, 200, 5_000), (10, 200)),
    "events": Panel("events kept", events, (10_000, 100_000, 1_000_000), (1_000, 10_000)),
    "people": Panel("people who watch", people, (10, 100, 1_000), (10, 100)),
}


def _set_up(address: str) -> None:
    _world.set_up_django(address)
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _small_world(people: int) -> Any:
    """One repository with 50 open pull requests, which everybody watches; some events."""
    from django.contrib.auth.models import User
    from recording import Looks

    from monitor.models import Subscription

    looks = Looks(50, changed=1, people=people)
    Subscription.objects.bulk_create(
        Subscription(user=user, repository=looks.repository, filters=["all"]) for user in User.objects.all()
    )
    looks.record(looks.seen)
    for _ in range(100):
        looks.next()
        looks.record(looks.seen)
    return looks


def _copy_events(count: int) -> None:
    """Puts copies of the events before the others, so that there are `count`: a hundred days old, which all are kept."""
    from django.db import connection
    from django.db.models import F

    from monitor.models import Event, EventSequence

    known = Event.objects.count()
    names = [column.column for column in Event._meta.concrete_fields if column.column not in {"id", "at"}]
    old = _world.NOW - timedelta(days=100)
    with connection.cursor() as cursor:
        # Upwards of all: a primary key that moves must not meet another.
        Event.objects.update(id=F("id") + 10 * count)
        Event.objects.update(id=F("id") - 9 * count - known)
        columns = ", ".join(f'"{name}"' for name in names)
        first = Event.objects.order_by("id").values_list("id", flat=True)[0]
        made = 0
        while made < count - known:
            # As many again as there are copies already, downwards from the first.
            part = min(max(known, made), count - known - made)
            cursor.execute(
                f'INSERT INTO monitor_event ("id", "at", {columns})'  # noqa: S608 - our own columns
                f' SELECT %s - ROW_NUMBER() OVER (ORDER BY "id"), %s, {columns} FROM monitor_event ORDER BY "id" LIMIT %s',
                [first - made, old, part],
            )
            made += part
        EventSequence.objects.update(
            last=Event.objects.order_by("-id").values_list("id", flat=True)[0], pruned=first - made - 1
        )
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")


def _milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _median(call: Callable[[], object]) -> float:
    return median(_milliseconds(call) for _ in range(REPEATS))


Points = dict[str, dict[int, float]]  # what is measured -> size -> cost


def measured(name: str, sizes: Sequence[int], database: str) -> Points:
    """Each size in a process of its own: Django keeps to one database."""
    found: Points = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _empty(database)
            address = database or f"sqlite:///{folder}/growth.sqlite3"
            result = Path(folder) / "point.json"
            command = [sys.executable, __file__, "--point", name, str(size), address, str(result)]
            subprocess.run(command, check=True)  # noqa: S603 - this script
            point: Mapping[str, float] = json.loads(result.read_text())
        print(f"  {size:>9,} {name}: {', '.join(f'{cost:.3g} {what}' for what, cost in point.items())}", flush=True)
        for what, cost in point.items():
            found.setdefault(what, {})[size] = cost
    return found


def _empty(database: str) -> None:
    if database:
        import psycopg

        with psycopg.connect(database) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def exponents(points: Mapping[int, float]) -> Iterator[float]:
    """The slope from the first to the last point, and between each two."""
    pairs = list(points.items())
    for (size, cost), (next_size, next_cost) in ((pairs[0], pairs[-1]), *pairwise(pairs)):
        yield log(next_cost / cost) / log(next_size / size)


def plot(panels: Mapping[str, Points], path: Path) -> None:
    """All panels beside each other, on a white card that is readable on any page."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams |= {"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 9}
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(2, 3, figsize=(11, 6.4), facecolor="white", layout="constrained")
    for axis, (name, points) in zip(axes.flat, panels.items(), strict=False):
        for what, line in points.items():
            axis.plot(list(line), list(line.values()), marker="o", markersize=4, linewidth=1.5, label=what)
        axis.set(xscale="log", yscale="log", title=PANELS[name].name)
        low, high = axis.get_ylim()
        axis.set_ylim(low / 3, high * 6)
        axis.grid(alpha=0.25)
        axis.legend(loc="upper left", frameon=False, fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    for axis in axes.flat[len(panels) :]:
        axis.set_axis_off()
    figure.savefig(path, metadata={"Date": None})


def point(name: str, size: str, address: str, result: str) -> None:
    """What a process of its own does."""
    Path(result).write_text(json.dumps(PANELS[name].measure(int(size), address)))


def main() -> None:
    if sys.argv[1:2] == ["--point"]:
        point(*sys.argv[2:])
        return
    options = parser(__doc__)
    options.add_argument("--database", default="")
    options.add_argument("--plot", type=Path)
    given = options.parse_args()
    table, panels = Table(given), {}
    for name, panel in PANELS.items():
        if not table.wants(name):
            continue
        panels[name] = measured(name, panel.quick if QUICK else panel.sizes, given.database)
        for what, line in panels[name].items():
            overall, *steps = exponents(line)
            note = "steps " + ", ".join(f"{step:.2f}" for step in steps)
            table.add(Line(f"{what}, by {panel.name}", "exponent", overall, f"<= {FLAT}", overall <= FLAT, note=note))
    if given.plot:
        plot(panels, given.plot)


if __name__ == "__main__":
    main()
