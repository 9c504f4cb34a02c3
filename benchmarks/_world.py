"""Builds a large world in a database, through the product's own recording: what pages and searches are measured on.

    python benchmarks/_world.py [--database postgres://…] [--scale 1.0]

At scale 1: 200 repositories, 10,000 open and 30,000 closed pull requests, 1,000 people with 20 subscriptions each, 200,000
events. SQLite goes to `var/bench/world-{scale}.sqlite3` and is kept: a second run finds it there.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

if TYPE_CHECKING:
    from monitor.models import Repository
    from monitor.rules.snapshot import Snapshot

NOW = datetime.now(UTC).replace(microsecond=0)
WATCHES_ALL, ORDINARY, LEAD = "watches-all", "person-0001", "lead"
LABELS = ("bug", "feature", "docs", "security", "urgent", "refactoring", "performance", "tests")
WORDS = [
    "cache",
    "session",
    "parser",
    "offline",
    "orders",
    "search",
    "totals",
    "index",
    "worker",
    "invoice",
    "export",
    "retry",
    "login",
    "theme",
    "upload",
    "report",
    "digest",
    "metrics",
    "schema",
    "queue",
    "socket",
    "token",
    "filter",
    "import",
    "backup",
    "layout",
    "editor",
    "preview",
    "router",
    "mailer",
]
NOBODY_SIGNS_IN = "!"
KINDS = ("push", "review", "comment", "label", "checks", "request")


@dataclass(frozen=True, slots=True)
class Size:
    """How many of everything."""

    repositories: int
    open_each: int
    closed_each: int
    people: int
    subscriptions: int
    rounds: int

    @classmethod
    def scaled(cls, scale: float) -> Size:
        return cls(max(4, int(200 * scale)), 50, 150, max(40, int(1000 * scale)), 20, 20)


def login(number: int) -> str:
    return f"person-{number:04}"


def set_up_django(database: str) -> None:
    """Sets the environment and Django up for a database; must come before any import of ours."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prmonitor.settings")
    os.environ["DATABASE_URL"] = database
    os.environ.setdefault("SECRET_KEY", "for-measurements-alone-" * 3)
    os.environ["API_RATE_PER_MINUTE"], os.environ["SUBSCRIPTIONS_PER_USER"] = "1000000", "100000"
    import django

    django.setup()


class Builder:
    """Fills an empty database. The same seed makes the same world."""

    def __init__(self, size: Size, seed: int = 1) -> None:
        self.size, self.random = size, random.Random(seed)  # noqa: S311
        self.teams = [f"org-{number % 10}/team-{number}" for number in range(max(4, size.people // 20))]

    def build(self) -> None:
        started = time.monotonic()
        self.people()
        repositories = self.repositories()
        self.subscriptions(repositories)
        for at, repository in enumerate(repositories, 1):
            self.pull_requests(repository)
            if at % 20 == 0:
                print(f"  {at} of {len(repositories)} repositories, {time.monotonic() - started:.0f} s", flush=True)

    def people(self) -> None:
        from django.contrib.auth.models import User

        from monitor.models import Person, Team, TeamMember

        names = [login(number) for number in range(self.size.people)]
        staff = {WATCHES_ALL: False, LEAD: True}
        users = [User(username=name, password=NOBODY_SIGNS_IN) for name in names]
        users += [
            User(username=name, password=NOBODY_SIGNS_IN, is_staff=lead, is_superuser=lead)
            for name, lead in staff.items()
        ]
        User.objects.bulk_create(users)
        by_name = dict(User.objects.values_list("username", "pk"))
        Person.objects.bulk_create(
            Person(user_id=by_name[name], github_login=name, github_login_confirmed=True) for name in [*names, *staff]
        )
        teams = Team.objects.bulk_create(Team(name=name, members_known=True) for name in self.teams)
        TeamMember.objects.bulk_create(
            TeamMember(team=team, login=one) for team in teams for one in self.random.sample(names, min(20, len(names)))
        )

    def repositories(self) -> list[Repository]:
        from django.contrib.auth.models import Group, User

        from monitor.models import Repository

        made = Repository.objects.bulk_create(
            Repository(
                node_id=f"R_{number}",
                full_name=f"org-{number % 10}/repository-{number:03}",
                url=f"https://github.com/org-{number % 10}/repository-{number:03}",
                default_branch="main",
                status="ok",
                private=number % 5 == 0,
                first_read_at=NOW - timedelta(days=100),
                last_polled_at=NOW,
                next_poll_at=NOW + timedelta(days=1),
            )
            for number in range(self.size.repositories)
        )
        group = Group.objects.create(name="everybody")
        group.user_set.set(User.objects.values_list("pk", flat=True))
        for repository in made:
            if repository.private:
                repository.shared_with.add(group)
        return made

    def subscriptions(self, repositories: list[Repository]) -> None:
        from django.contrib.auth.models import User

        from monitor.models import Subscription

        filters = ["author", "assigned", "review_requested", "code_owner"]
        rows = []
        for user in User.objects.order_by("pk"):
            everything = user.username in {WATCHES_ALL, LEAD}
            watched = (
                repositories
                if everything
                else self.random.sample(repositories, min(self.size.subscriptions, len(repositories)))
            )
            rows += [
                Subscription(user=user, repository=one, filters=["all"] if everything else filters) for one in watched
            ]
        Subscription.objects.bulk_create(rows, batch_size=5000)

    def pull_requests(self, repository: Repository) -> None:
        from monitor.recording.recorder import record

        count = self.size.open_each + self.size.closed_each
        seen = [
            self.snapshot(repository, number, open=number > self.size.closed_each) for number in range(1, count + 1)
        ]
        record(repository, seen, now=NOW - timedelta(days=40), first_look=True)
        still_open = [one for one in seen if one.state == "open"]
        for turn in range(self.size.rounds):
            span = timedelta(days=39) / self.size.rounds
            now = NOW - timedelta(days=40) + span * (turn + 1)
            still_open = [self.changed(one, now - span * self.random.random()) for one in still_open]
            record(repository, still_open, now=now)

    def snapshot(self, repository: Repository, number: int, *, open: bool) -> Snapshot:
        from monitor.rules.merge_facts import MergeFacts
        from monitor.rules.snapshot import Label, RequestedReviewer, Snapshot, TimelineItem

        rnd = self.random
        created = NOW - timedelta(days=41 + rnd.random() * 40)
        author = login(rnd.randrange(self.size.people))
        asked = [login(rnd.randrange(self.size.people)) for _ in range(rnd.choice((0, 1, 1, 2)))]
        asked += [rnd.choice(self.teams)] if rnd.random() < 0.4 else []
        requests = tuple(
            RequestedReviewer("team" if "/" in one else "user", one) for one in dict.fromkeys(asked) if one != author
        )
        timeline = tuple(TimelineItem("review_requested", created, author, one.name, one.kind) for one in requests)
        state = "open" if open else rnd.choice(("merged", "merged", "merged", "closed"))
        done = created + timedelta(days=3)
        return Snapshot(
            node_id=f"PR_{repository.node_id}_{number}",
            number=number,
            url=f"{repository.url}/pull/{number}",
            title=f"{rnd.choice(('Fix', 'Add', 'Speed up', 'Remove', 'Rework'))} {' '.join(rnd.sample(WORDS, 3))}",
            author=author,
            author_is_bot=rnd.random() < 0.03,
            state=state,
            draft=open and rnd.random() < 0.05,
            base="main",
            base_sha="b" * 40,
            head=f"topic-{number}",
            head_sha=f"{rnd.getrandbits(160):040x}",
            created_at=created,
            updated_at=created if open else done,
            merged_at=done if state == "merged" else None,
            closed_at=None if open else done,
            additions=rnd.randrange(400),
            deletions=rnd.randrange(100),
            changed_files=rnd.randrange(1, 20),
            ci=rnd.choice(("success", "success", "success", "failure", "pending", "none")),
            mergeable=rnd.choice(("mergeable", "mergeable", "mergeable", "conflicting")),
            merging=MergeFacts(merge_state="clean", not_known=()),
            labels=tuple(Label(name, "d73a4a") for name in rnd.sample(LABELS, rnd.randrange(4))),
            review_requests=requests if open else (),
            timeline=timeline,
        )

    def changed(self, before: Snapshot, now: datetime) -> Snapshot:
        """The same pull request after somebody did something to it."""
        from monitor.rules.snapshot import Label, RequestedReviewer, Review, TimelineItem

        rnd, now = self.random, now.replace(microsecond=0)
        kind, who = rnd.choice(KINDS), login(rnd.randrange(self.size.people))
        moved = replace(before, updated_at=now)
        if kind == "push":
            return replace(moved, head_sha=f"{rnd.getrandbits(160):040x}", additions=before.additions + 3)
        if kind == "review":
            state = rnd.choice(("approved", "commented", "changes_requested"))
            others = tuple(one for one in before.reviews if one.reviewer != who)[-4:]
            return replace(
                moved,
                reviews=(*others, Review(who, state, now, before.head_sha)),
                review_requests=tuple(one for one in before.review_requests if one.name != who),
                timeline=(*before.timeline, TimelineItem("reviewed", now, who, state)),
            )
        if kind == "request":
            new = RequestedReviewer("user", who)
            return replace(
                moved,
                review_requests=(*before.review_requests[-3:], new),
                timeline=(*before.timeline, TimelineItem("review_requested", now, before.author, who, "user")),
            )
        if kind == "label":
            return replace(moved, labels=(Label(rnd.choice(LABELS), "d73a4a"),))
        if kind == "checks":
            return replace(moved, ci="failure" if before.ci != "failure" else "success")
        return replace(
            moved, comments=before.comments + 1, timeline=(*before.timeline, TimelineItem("commented", now, who))
        )


def database_for(scale: float) -> Path:
    return HERE.parent / "var" / "bench" / f"world-{scale:g}.sqlite3"


def prepare(scale: float, database: str = "") -> str:
    """The address of a database with the world in it; builds it where it is not there yet."""
    path = database_for(scale)
    path.parent.mkdir(parents=True, exist_ok=True)
    address = database or f"sqlite:///{path}"
    set_up_django(address)
    from django.core.management import call_command
    from django.db import connection

    from monitor.models import PullRequest

    call_command("migrate", verbosity=0)
    if not PullRequest.objects.exists():
        print(f"building the world at scale {scale:g} in {connection.vendor}", flush=True)
        Builder(Size.scaled(scale)).build()
        with connection.cursor() as cursor:
            # What PostgreSQL's autovacuum does in its time, and SQLite's `PRAGMA optimize` at each start.
            cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")
    return address


def counts() -> Iterator[tuple[str, int]]:
    from monitor.models import Event, Involvement, PullRequest, Subscription

    models: tuple[Any, ...] = (PullRequest, Event, Involvement, Subscription)
    for model in models:
        yield model._meta.verbose_name_plural, model.objects.count()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    print(prepare(given.scale, given.database))
    print(", ".join(f"{count:,} {name}" for name, count in counts()))
