"""A first look at thousands of open pull requests on a slow GitHub; its worker is killed twice; small ones complete.

OPEN_PULL_REQUESTS and ANSWER_SECONDS set a larger size and a slower GitHub than a test run has time for.
"""

import os
import signal
import subprocess
from collections import Counter
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.utils import timezone

from monitor.models import Event, PullRequest, Repository
from tests.demo_github import DemoGitHub, World, add_many
from tests.polling import processes

OPEN = int(os.environ.get("OPEN_PULL_REQUESTS", "1500"))
ANSWER_SECONDS = float(os.environ.get("ANSWER_SECONDS", "0.1"))
QUESTIONS = OPEN / 25 + OPEN / 100
PATIENCE = 120 + 3 * QUESTIONS * (ANSWER_SECONDS + 0.1)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(PATIENCE + 120)]


def test_a_killed_first_look_completes(
    github: DemoGitHub, world: World, watch, tmp_path: Path, record_property
) -> None:
    github.log = type(github.log)(github.log, maxlen=None)
    add_many(world, 1, OPEN, organization="huge")
    add_many(world, 9, 30, organization="small")
    github.faults.arm("slow", times=None, alter=lambda answer: (sleep(ANSWER_SECONDS), answer)[1])
    huge = watch("huge/repo-0001")
    small = [watch(f"small/repo-{number:04}").pk for number in range(1, 10)]
    began = monotonic()
    cluster = start(github, tmp_path)
    try:
        until(lambda: Repository.objects.filter(pk__in=small, status="ok").count() == 9)
        ready = monotonic() - began
        read_when_ready = PullRequest.objects.filter(repository=huge).count()
        for part in (3, 2):
            until(lambda part=part: PullRequest.objects.filter(repository=huge).count() >= OPEN / part)
            cluster.send_signal(signal.SIGKILL)
            cluster.communicate(timeout=60)
            # A lease ends by itself after a minute; nobody wants to wait for that here.
            Repository.objects.update(lease="", lease_until=None, next_poll_at=timezone.now())
            cluster = start(github, tmp_path)
        until(lambda: Repository.objects.get(pk=huge.pk).first_read_at is not None)
    finally:
        cluster.send_signal(signal.SIGTERM)
        cluster.communicate(timeout=60)
    whole = monotonic() - began
    pages = Counter(request.variables["after"] for request in github.asked("OpenIds") if huge.node_id in request.ids)
    details = Counter(id for request in github.asked("PrDetails") for id in request.ids)
    twice = sum(count - 1 for count in details.values())
    print(
        f"{OPEN} open, {ANSWER_SECONDS} s an answer: small ones ready after {ready:.1f} s and "
        f"{read_when_ready} pull requests of the large one, all read after {whole:.0f} s"
    )
    print(f"{pages.total()} pages asked for, {len(pages)} different ones; {twice} pull requests read twice")
    assert PullRequest.objects.filter(repository=huge, state="open").count() == OPEN
    assert not Event.objects.exists()
    # Compared with the large one, not with a clock: how fast the machine starts a cluster is not the product's doing.
    assert read_when_ready < OPEN / 10
    # A kill, and the end of a round of 25 s, may come in the middle of a page: its pull requests are not read again.
    assert pages.total() <= 1.25 * len(pages) + 2
    assert twice <= 2 * 25


def start(github: DemoGitHub, data_dir: Path) -> subprocess.Popen[str]:
    return processes.start("manage.py", "qcluster", github_url=github.url, data_dir=data_dir)


def until(true) -> None:
    patience = monotonic() + PATIENCE
    while not true():
        assert monotonic() < patience
        sleep(0.1)
