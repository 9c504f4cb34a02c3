"""Recording what a look at GitHub found, beside what people write: `update_or_create` for each pull request.

    python benchmarks/recording.py [--database postgres://…] [--pairs 5] [--json FILE]

A poll of 1,000 pull requests of which 100 changed. prmonitor finds by their times which ones, and writes events, the ledger
of review requests and whose turn it is as well; the baseline writes a plain table. Pairs are interleaved. SQLite in a
temporary folder, or the empty database that `--database` names. QUICK=1 makes two pairs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import _world
from _table import QUICK, Table, at_most, compared, parser

if TYPE_CHECKING:
    from django.db.models import Model

    from monitor.models import Repository
    from monitor.rules.snapshot import Snapshot

SEEN, CHANGED = 1_000, 100
# What the contract of performance allows, and by how many times it wants to be faster.
STATEMENTS = {"sqlite": 24, "postgresql": 16}
TIMES = {"sqlite": 20, "postgresql": 40}


class Looks:
    """The pull requests of one repository, as looks at GitHub find them."""

    def __init__(self, seen: int = SEEN, changed: int = CHANGED, people: int = 40) -> None:
        self.step = seen // changed
        size = _world.Size(repositories=4, open_each=0, closed_each=0, people=people, subscriptions=1, rounds=0)
        self.builder = _world.Builder(size)
        self.builder.people()
        self.repository: Repository = self.builder.repositories()[0]
        self.seen = [self.builder.snapshot(self.repository, number, open=True) for number in range(1, seen + 1)]
        self.serial = 0

    def next(self) -> None:
        """All again, some with a change."""
        self.serial += 1
        now = _world.NOW + timedelta(minutes=self.serial, seconds=-30)
        self.seen = [
            self.builder.changed(one, now) if number % self.step == self.serial % self.step else one
            for number, one in enumerate(self.seen)
        ]

    def look(self) -> int:
        """As a look does: finds by the times of the answer what has changed, and records that; how many there were."""
        from monitor.github.answers import ListedPullRequest
        from monitor.polling.looks.changed_pull_requests import stored_pull_requests
        from monitor.polling.looks.comparison import changed_rows

        now = _world.NOW + timedelta(minutes=self.serial)
        rows = [ListedPullRequest(one.node_id, one.number, one.state, one.updated_at) for one in self.seen]
        known = stored_pull_requests(row.node_id for row in rows)
        last_look = now - timedelta(minutes=1)
        changed = {row.node_id for row in changed_rows(rows, known, _world.NOW - timedelta(days=365), last_look)}
        self.record([one for one in self.seen if one.node_id in changed])
        return len(changed)

    def record(self, seen: Sequence[Snapshot]) -> None:
        from monitor.recording.recorder import record

        record(self.repository, seen, now=_world.NOW + timedelta(minutes=self.serial))


def plain_table() -> type[Model]:
    """The table that such a script has: the columns it shows, found by the id of the pull request."""
    from django.db import connection, models

    class PlainPullRequest(models.Model):  # noqa: DJ008 - nobody looks at it
        node_id = models.CharField(max_length=100, unique=True)
        number = models.IntegerField()
        url = models.URLField()
        title = models.TextField()
        author = models.CharField(max_length=100)
        state = models.CharField(max_length=10)
        draft = models.BooleanField()
        base = models.CharField(max_length=255)
        head = models.CharField(max_length=255)
        head_sha = models.CharField(max_length=40)
        ci = models.CharField(max_length=10)
        mergeable = models.CharField(max_length=20)
        labels = models.JSONField()
        reviews = models.JSONField()
        created_at = models.DateTimeField()
        updated_at = models.DateTimeField(db_index=True)

        class Meta:
            app_label = "bench"

    with connection.schema_editor() as editor:
        editor.create_model(PlainPullRequest)
    return PlainPullRequest


def record_plainly(table: type[Model], seen: Sequence[Snapshot]) -> None:
    """One after the other, each in its own transaction, as the manual shows it."""
    names = ("number", "url", "title", "author", "state", "draft", "base", "head", "head_sha", "ci", "mergeable")
    for one in seen:
        known: dict[str, Any] = {name: getattr(one, name) for name in (*names, "created_at", "updated_at")}
        known["labels"] = [label.name for label in one.labels]
        known["reviews"] = [[review.reviewer, review.state] for review in one.reviews]
        table._default_manager.update_or_create(node_id=one.node_id, defaults=known)


def seconds_of(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def statements_of(call: Callable[[], object]) -> list[str]:
    """All statements, BEGIN and COMMIT too."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        call()
    return [query["sql"] for query in caught]


def measure(table: Table, pairs: int) -> None:
    from django.db import connection

    vendor, looks, plain = connection.vendor, Looks(), plain_table()
    looks.record(looks.seen)
    record_plainly(plain, looks.seen)
    times, counts = [], []
    for _ in range(pairs):
        looks.next()
        times.append((seconds_of(partial(record_plainly, plain, looks.seen)), seconds_of(looks.look)))
        looks.next()
        counts.append(len(statements_of(partial(looks.record, looks.seen))))
        record_plainly(plain, looks.seen)
    work = f"a poll of {SEEN:,}, {CHANGED} changed ({vendor})"
    table.add(compared(work, "s", times, TIMES[vendor]))
    table.add(
        at_most("  statements of the recording, BEGIN and COMMIT too", "statements", max(counts), STATEMENTS[vendor])
    )
    unchanged(table, looks, vendor, pairs)


def unchanged(table: Table, looks: Looks, vendor: str, pairs: int) -> None:
    """The usual poll, and the rarer one that reads all in full: nothing to write."""
    for name, call in (("unchanged poll", looks.look), ("unchanged full read", partial(looks.record, looks.seen))):
        statements = statements_of(call)
        writes = [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
        took = median(seconds_of(call) for _ in range(pairs))
        note = f"{took * 1000:.0f} ms, {len(statements)} statements"
        table.add(at_most(f"{name} of {SEEN:,}: writes ({vendor})", "statements", len(writes), 0, note=note))


def main() -> None:
    options = parser(__doc__)
    options.add_argument("--database", default="")
    options.add_argument("--pairs", type=int, default=2 if QUICK else 5)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _world.set_up_django(given.database or f"sqlite:///{folder}/recording.sqlite3")
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measure(Table(given), given.pairs)


if __name__ == "__main__":
    main()
