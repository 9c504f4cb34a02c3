"""After kill -9 of a worker that records: no event is lost or doubled, and the sequence has no gap."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.utils import timezone

from monitor.models import Event, EventSequence, Repository
from tests.demo_github import DemoGitHub, World
from tests.polling import processes

pytestmark = pytest.mark.django_db(transaction=True)
KILLS = 50 if os.environ.get("PRMONITOR_SLOW") else 10


@pytest.fixture
def worker(github: DemoGitHub, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The process of `worker.py`."""
    process = processes.start("-m", "tests.polling.worker", github_url=github.url, data_dir=tmp_path)
    yield process
    process.communicate(timeout=20)


def start_round(worker: subprocess.Popen[str]) -> int:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return int(worker.stdout.readline())


def end_of_round(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ended\n"


@pytest.mark.slow
def test_kills_in_the_middle_of_recording(github: DemoGitHub, world: World, watch, look, worker) -> None:
    pulls = [world.open("acme/web", f"#{number} 0", author="heron") for number in range(12)]
    watch("acme/web")
    look()
    heads, whole = [], 0.0
    for turn in range(KILLS + 1):
        for pull in pulls:
            world.retitle(pull, f"{pull.title.split()[0]} {turn + 1}", by="wren")
        world.open("acme/web", f"New {turn}", author="finch")
        with github.faults.hold(only="PrDetails") as hold:
            pid = start_round(worker)
            assert hold.reached.wait(20)
        answered = monotonic()
        if turn:
            # Between the first statement of the recording and the time after its commit.
            sleep(whole * ((turn - 1) % 10) / 9)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        end_of_round(worker)
        whole = whole or monotonic() - answered
        heads.append(EventSequence.objects.get().last)
    Repository.objects.update(lease="", lease_until=None)
    look()

    assert any(before == after for before, after in pairwise(heads))  # some kills came before the commit
    ids = list(Event.objects.order_by("id").values_list("id", flat=True))
    assert ids == list(range(1, len(ids) + 1))
    assert EventSequence.objects.get().last == len(ids)
    for pull in pulls:
        changes = [change for event in events_of(pull.number) for change in event.changes]
        assert {change["kind"] for change in changes} == {"retitled"}
        titles = [changes[0]["from"], *(change["to"] for change in changes)]
        assert all(one["to"] == two["from"] for one, two in pairwise(changes))
        assert (titles[0], titles[-1]) == (f"{pull.title.split()[0]} 0", pull.title)
        assert len(set(titles)) == len(titles)
    new = Event.objects.filter(update_type="new_pr")
    assert new.count() == KILLS + 1 == new.values("pull_request").distinct().count()


@pytest.mark.slow
def test_killed_between_the_probe_and_the_answer(github: DemoGitHub, world: World, watch, look, worker) -> None:
    repository = watch("acme/web")
    look()
    world.open("acme/web", "New", author="finch")
    with github.faults.hold(only="PrDetails") as hold:
        pid = start_round(worker)
        assert hold.reached.wait(20)
        os.kill(pid, signal.SIGKILL)
        end_of_round(worker)
    repository.refresh_from_db()
    # The lease expires without any action, and the repository is due again at that time.
    assert repository.lease
    assert repository.lease_until == repository.next_poll_at
    assert look(due=False) == 0
    Repository.objects.update(lease_until=timezone.now(), next_poll_at=timezone.now())
    assert look(due=False) == 1
    assert Event.objects.count() == 1


def events_of(number: int) -> list[Event]:
    return list(Event.objects.filter(pull_request__number=number).order_by("id"))
