"""The real cluster keeps the interval, and looks at a newly subscribed repository within two seconds."""

import signal
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.utils import timezone

from monitor.background import schedules
from monitor.models import Repository
from tests.demo_github import DemoGitHub, World
from tests.polling import processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(180)]


def test_ten_seconds_are_ten_seconds(github: DemoGitHub, world: World, watch, tmp_path: Path) -> None:
    world.open("acme/web", "One", author="heron")
    repository = watch("acme/web")
    cluster = processes.start(
        "manage.py", "qcluster", github_url=github.url, data_dir=tmp_path, POLLING_INTERVAL_SECONDS="10"
    )
    try:
        until = monotonic() + 90
        while len(github.asked("PrProbe")) < 5 and monotonic() < until:
            sleep(0.2)
        times = [request.at for request in github.asked("PrProbe")][1:]
        gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
        assert len(gaps) >= 3
        assert all(7 <= gap <= 13 for gap in gaps)

        # Between two looks, somebody requests another one.
        Repository.objects.filter(pk=repository.pk).update(next_poll_at=timezone.now())
        asked, before = timezone.now(), len(github.asked("PrProbe"))
        schedules.run_now()
        while len(github.asked("PrProbe")) == before and monotonic() < until:
            sleep(0.05)
        assert github.asked("PrProbe")[-1].at - asked <= timedelta(seconds=2)
    finally:
        cluster.send_signal(signal.SIGTERM)
        cluster.communicate(timeout=60)
