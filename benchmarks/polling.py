"""What it takes to watch a thousand repositories: GitHub's points, requests, CPU, staleness; beside a naive REST poller.

    python benchmarks/polling.py [--repositories 1000] [--pulls 10] [--minutes 30] [--json FILE]

How it measures: the real rounds, against the demo GitHub over HTTP (points counted by GitHub's formula), on a fresh SQLite.
The clock runs on as usual while something is done and is put forward while nothing is due, on both sides; so half an hour
takes as long as its work. In half an hour each repository's checks are swept twice, its CODEOWNERS once, and one in 12
repositories is reconciled (each every six hours, spread by the first look); what is printed for an hour is that half hour
twice. Looks begin where the cluster would begin them: at the next full second after something is due, by one worker.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from statistics import quantiles

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _github import GitHub, Tally, github
from _naive import Round, look
from _table import QUICK, Line, Table, at_most, parser

INTERVAL = 60
DISPATCH = timedelta(seconds=0.2)
CHECKS_TAKE = timedelta(minutes=4)
ACTS = ("comment", "review", "retitle", "push")
NAIVE_SAMPLE = 50


class Clock:
    """Now, and how far it was put forward; `told` hears of each step."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.told: Callable[[timedelta], None] = lambda ahead: None

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def stamps(self) -> type[datetime]:
        """A class `datetime` whose `now` is ours."""
        clock = self

        class Stamps(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return clock.now()

        return Stamps

    def skip_to(self, moment: datetime) -> None:
        """Puts the clock forward; never back."""
        if moment > self.now():
            self.ahead += moment - self.now()
            self.told(self.ahead)


@dataclass(slots=True)
class Measured:
    """A stretch of time with the poller running."""

    hours: float = 0.0
    busy: float = 0.0
    cpu: float = 0.0
    looks: int = 0
    tally: Tally = field(default_factory=Tally)
    staleness: list[float] = field(default_factory=list)
    missed: int = 0


class Bench:
    """The poller, its database and GitHub, on one clock."""

    def __init__(self, clock: Clock, github: GitHub) -> None:
        self.clock, self.github = clock, github
        clock.told = github.set_clock
        self.acts: list[tuple[datetime, str, str]] = []
        self.done: list[tuple[datetime, str]] = []
        self.random = random.Random(1)  # noqa: S311 - the same changes in every run

    def subscribe(self) -> None:
        """One reader of everything; nothing is known of it yet."""
        from django.contrib.auth import get_user_model

        from monitor.models import Repository, Subscription

        user = get_user_model().objects.create(username="reader")
        rows = [
            Repository(node_id=node_id, full_name=name, url=f"{self.github.url}/{name}", default_branch="main")
            for node_id, name in self.github.repositories.items()
        ]
        Repository.objects.bulk_create(rows, 500)
        Subscription.objects.bulk_create(
            (Subscription(user=user, repository=row, filters=["all"]) for row in Repository.objects.all()), 500
        )

    def first_looks(self) -> Measured:
        """Until everything was read once, however many hours GitHub's limit makes of it."""
        from monitor.models import Repository

        unread = Repository.objects.filter(first_read_at=None)
        return self._measure(lambda: not unread.exists())

    def stretch(self, minutes: int, changing: float) -> Measured:
        """So many minutes, with a share of all pull requests changing within an hour."""
        began = self.clock.now()
        end = began + timedelta(minutes=minutes)
        count = round(len(self.github.pulls) * changing * minutes / 60)
        chosen = self.random.sample(self.github.pulls, count)
        self.done = []
        self.acts = sorted(
            (began + (end - began) * self.random.random(), ACTS[at % len(ACTS)], node_id)
            for at, node_id in enumerate(chosen)
        )
        measured = self._measure(lambda: self.clock.now() >= end, end)
        if not changing:
            return measured
        # What changed last still has to be seen; the time for that is not measured.
        last = self.clock.now() + timedelta(minutes=20)
        self._measure(lambda: not any(self._unseen()) or self.clock.now() >= last, last)
        measured.staleness, measured.missed = list(self._seen()), len(list(self._unseen()))
        return measured

    def _measure(self, over: Callable[[], bool], end: datetime | None = None) -> Measured:
        from monitor.models import Repository

        self.github.tally()
        measured, began = Measured(), self.clock.now()
        last = dict(Repository.objects.values_list("pk", "last_polled_at"))
        while not over():
            self._wait(end)
            if end is not None and self.clock.now() >= end:
                break
            self._round(measured)
            for pk, at in Repository.objects.values_list("pk", "last_polled_at"):
                if at != last[pk] and last[pk] is not None:
                    gap = (at - last[pk]).total_seconds()
                    # A change at any moment of the gap waits for its end.
                    measured.staleness += [gap * (part + 0.5) / 10 for part in range(10)]
                last[pk] = at
        measured.hours = (self.clock.now() - began).total_seconds() / 3600
        measured.tally = self.github.tally()
        return measured

    def _wait(self, end: datetime | None) -> None:
        """To the next full second after the schedule is due, with what happens on GitHub until then."""
        from django_q.models import Schedule

        due = Schedule.objects.values_list("next_run", flat=True).get(name="poll")
        tick = max(due, self.clock.now()).replace(microsecond=0) + timedelta(seconds=1) + DISPATCH
        tick = min(tick, end) if end else tick
        while self.acts and self.acts[0][0] <= tick:
            at, kind, node_id = self.acts.pop(0)
            self.clock.skip_to(at)
            self.github.act(kind, node_id)
            self.done.append((self.clock.now(), node_id))
            if kind == "push":
                self.acts = sorted([*self.acts, (self.clock.now() + CHECKS_TAKE, "checks", node_id)])
        self.clock.skip_to(tick)

    def _round(self, measured: Measured) -> None:
        """What the cluster does with a schedule that is due."""
        from django_q.models import Schedule

        from monitor.polling import rounds

        Schedule.objects.filter(name="poll").update(next_run=self.clock.now() + timedelta(minutes=1))
        began, cpu = time.perf_counter(), time.process_time()
        measured.looks += rounds.run_due()
        measured.busy += time.perf_counter() - began
        measured.cpu += time.process_time() - cpu

    def _seen(self) -> Iterator[float]:
        for at, heard in self._heard():
            if heard is not None:
                yield (heard - at).total_seconds()

    def _unseen(self) -> Iterator[datetime]:
        return (at for at, heard in self._heard() if heard is None)

    def _heard(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Each change, and when the first event after it was written."""
        from monitor.models import Event

        events: dict[str, list[datetime]] = {}
        for node_id, at in Event.objects.order_by("id").values_list("pull_request__node_id", "at"):
            events.setdefault(node_id, []).append(at)
        for at, node_id in self.done:
            yield at, next((heard for heard in events.get(node_id, ()) if heard >= at), None)


def prepare(url: str, clock: Clock, folder: str, database: str = "") -> None:
    """Django on a fresh SQLite or an empty database, with our clock in the place of the machine's."""
    emptied = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY", "SECRET_KEY"), "")
    ours = {
        "GITHUB_API_URL": url,
        "GITHUB_TOKEN": "demo",
        "DATA_DIR": folder,
        "LOG_LEVEL": "ERROR",
        "DATABASE_URL": database,
        "SECRET_KEY": "for-measurements-alone-" * 3,
    }
    os.environ |= (
        emptied | ours | {"POLLING_INTERVAL_SECONDS": str(INTERVAL), "DJANGO_SETTINGS_MODULE": "prmonitor.settings"}
    )
    import django
    from django.utils import timezone

    timezone.now = clock.now  # before any model takes it for its default
    django.setup()
    from django.core.management import call_command

    from monitor.github import connection

    connection.datetime = clock.stamps  # type: ignore[misc] - the door notes when an answer came

    call_command("migrate", verbosity=0)


def report(table: Table, options: argparse.Namespace, idle: Measured, busy: Measured, naive: Round) -> None:
    """The lines of the table; those of the naive poller stand beside them where it does the same work."""
    count = options.repositories
    for name, one, limit in (("idle", idle, 2.0), (f"{options.changing:.0%} change an hour", busy, None)):
        told = partial(_told, name, table)
        told("points per repository-hour", "points", _points(one) / count, naive.requests_an_hour, limit)
        parts = ", ".join(
            f"{which} {points / one.hours / count:.3f}" for which, points in sorted(one.tally.points.items())
        )
        print(f"  of these {parts}")
        told("requests an hour", "requests", _requests(one), naive.requests_an_hour * count)
        told(
            "repositories that a token bears (80 %)",
            "repositories",
            4000 * count / _points(one),
            4000 / naive.requests_an_hour,
        )
        told("the poller's CPU", "seconds an hour", one.cpu / one.hours, naive.cpu / naive.repositories * count * 60)
        told("one round over all", "seconds", _round(one, count), naive.seconds / naive.repositories * count)
        told("staleness p50", "seconds", _percentile(one.staleness, 50))
        told("staleness p95", "seconds", _percentile(one.staleness, 95))
    table.add(at_most(f"changes never seen, of {len(busy.staleness) + busy.missed:,}", "changes", busy.missed, 0))
    told_interval()
    told_refreshes(options.minutes)


def _told(
    name: str,
    table: Table,
    work: str,
    unit: str,
    ours: float,
    baseline: float | None = None,
    limit: float | None = None,
) -> None:
    work = f"{work} ({name})"
    if limit is None:
        table.add(Line(work, unit, ours, baseline=baseline))
    else:
        table.add(at_most(work, unit, ours, limit, baseline))


def told_interval() -> None:
    """Where GitHub's limit does not suffice, what the pages then say."""
    from django.db.models import Count

    from monitor.models import Repository

    counted = Repository.objects.order_by().values_list("effective_interval_seconds").annotate(Count("pk"))
    said = ", ".join(f"{number:,} every {seconds} s" for seconds, number in sorted(counted))
    print(f"\nlooked at, as the pages say: {said}")
    if any(seconds > INTERVAL for seconds, _ in counted):
        print("that is STRETCHED: one token's hour does not suffice for a look a minute")


def told_refreshes(minutes: int) -> None:
    """Prints how often the periodic refreshes run by the current plan, and whether a stretch holds each of them."""
    from monitor.models import RateLimit
    from monitor.polling.pacing.throttle_levels import IntervalFactors

    plan = IntervalFactors.from_json(RateLimit.objects.get(resource="graphql").plan["plan"])
    checks, owners = plan.checks_seconds // 60, plan.owners_seconds // 60
    print(
        f"sweeps: checks every {checks} min, CODEOWNERS every {owners} min, all that is open every {plan.reconcile_seconds // 3600} h"
    )
    if minutes < owners:
        print(
            f"stretches of {minutes} min tell too much of a sweep or too little: --minutes {owners} tells the whole of it"
        )


def _points(one: Measured) -> float:
    return sum(one.tally.points.values()) / one.hours


def _requests(one: Measured) -> float:
    return sum(one.tally.requests.values()) / one.hours


def _round(one: Measured, count: int) -> float:
    return one.busy / one.looks * count if one.looks else 0.0


def _percentile(values: list[float], which: int) -> float:
    return quantiles(values, n=100)[which - 1] if len(values) > 1 else float("nan")


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument("--repositories", type=int, default=100 if QUICK else 1000)
    asked.add_argument("--pulls", type=int, default=10, help="open pull requests in each")
    asked.add_argument("--minutes", type=int, default=30, help="of each measurement; 30 hold every sweep")
    asked.add_argument("--changing", type=float, default=0.05, help="share of the pull requests that change in an hour")
    options = asked.parse_args()
    clock = Clock()
    with github(options.repositories, options.pulls, clock.ahead) as there, tempfile.TemporaryDirectory() as folder:
        prepare(there.url, clock, folder)
        bench = Bench(clock, there)
        bench.subscribe()
        first = bench.first_looks()
        print(f"first looks done in {first.busy:.0f} s of work", flush=True)
        bench.stretch(2, 0)  # everybody finds their place
        idle = bench.stretch(options.minutes, 0)
        print(f"idle: {options.minutes} minutes in {idle.busy:.0f} s of work", flush=True)
        busy = bench.stretch(options.minutes, options.changing)
        names = list(there.repositories.values())[:NAIVE_SAMPLE]
        report(Table(options), options, idle, busy, look(there.url, names))


if __name__ == "__main__":
    main()
