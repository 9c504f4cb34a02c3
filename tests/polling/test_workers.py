"""Several workers and a slow GitHub: no transaction waits for GitHub, and no worker overwrites another's results."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitor.models import Event, PullRequest, RateLimit, Repository
from tests.demo_github import DemoGitHub, World

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_worker(look: Callable[[], int]) -> Iterator[Thread]:
    """Runs a round in another thread."""
    thread = Thread(target=lambda: (look(), connection.close()))
    thread.start()
    yield thread
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def web(world: World, watch, look) -> Repository:
    world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    look()
    repository.refresh_from_db()
    return repository


@pytest.mark.parametrize("operation", ["PrProbe", "PrDetails", "CiSweep", "OpenIds"])
def test_no_transaction_is_open_while_github_takes_its_time(
    github: DemoGitHub, world: World, web, look, operation
) -> None:
    Repository.objects.update(checks_swept_at=None, reconciled_at=None)
    world.open("acme/web", "Two", author="finch")
    with github.faults.hold(only=operation) as hold, another_worker(look):
        assert hold.reached.wait(20)
        # With a lock of the worker, these statements would wait: on SQLite all writes, on PostgreSQL those of its rows.
        with transaction.atomic():
            if connection.vendor == "postgresql":
                connection.cursor().execute("SET LOCAL lock_timeout = '1s'")
            assert Repository.objects.filter(pk=web.pk).update(default_branch="trunk") == 1
            assert RateLimit.objects.update(message="") == 1
        hold.release()


def test_two_workers_never_look_at_one_repository(github: DemoGitHub, web, look) -> None:
    github.log.clear()
    with github.faults.hold(only="PrProbe") as hold, another_worker(look):
        assert hold.reached.wait(20)
        assert look() == 0
        hold.release()
    assert len(github.asked("PrProbe")) <= 2  # the second look was requested during the first look


def test_a_worker_with_an_expired_lease_does_not_overwrite_newer_results(
    github: DemoGitHub, world: World, web, look
) -> None:
    pull = world.open("acme/web", "Two", author="finch")
    with github.faults.hold(only="PrDetails") as hold, another_worker(look):
        assert hold.reached.wait(20)
        Repository.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        world.retitle(pull, "Three")
        look()
        assert PullRequest.objects.get(number=pull.number).title == "Three"
        hold.release()
    assert PullRequest.objects.get(number=pull.number).title == "Three"
    assert Event.objects.count() == 1
    web.refresh_from_db()
    assert web.lease == ""


def test_nothing_in_polling_or_the_client_sleeps() -> None:
    root = Path(__file__).resolve().parents[2] / "monitor"
    sources = [*root.glob("polling/**/*.py"), *root.glob("github/**/*.py"), root / "tasks.py"]
    assert len(sources) > 30
    for source in sources:
        assert not re.search(r"\bsleep\(|\.wait\(", source.read_text()), source


def test_the_statements_of_an_unchanged_look(github: DemoGitHub, world: World, watch, look) -> None:
    now = timezone.now()
    looked = dict.fromkeys(("first_read_at", "last_tried_at", "last_polled_at", "reconciled_at"), now)
    for number in range(50):
        world.add_repository(f"acme/r{number}")
        watch(f"acme/r{number}", status="ok", checks_swept_at=now, **looked)
    look()
    with CaptureQueriesContext(
        connection,
    ) as caught:
        look()
    statements = [query["sql"] for query in caught.captured_queries]
    written = [sql for sql in statements if sql.startswith(("UPDATE", "INSERT", "DELETE"))]
    ours = [sql for sql in written if '"monitor_repository"' in sql]
    assert len(ours) == 3  # the fixture makes all rows due, one statement claims the batch, one writes its outcome
    assert not [sql for sql in written if "monitor_pullrequest" in sql or "monitor_event" in sql]
    assert len(statements) <= 32
