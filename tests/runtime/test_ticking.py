"""What the main process of a cluster does every second."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from django_q.models import Schedule

from monitor.models import Heartbeat
from monitor.runtime.cluster.main_loop import Ticker

pytestmark = pytest.mark.django_db(transaction=True)  # a tick closes connections, as a request does


@pytest.fixture(autouse=True)
def schedule(transactional_db: None) -> Schedule:
    """The only schedule there is."""
    Schedule.objects.all().delete()
    return Schedule.objects.create(
        name="poll",
        func="monitor.tasks.poll",
        schedule_type=Schedule.MINUTES,
        minutes=1,
        next_run=timezone.now() + timedelta(hours=1),
    )


def test_nothing_due_writes_nothing_but_the_sign_of_life(django_assert_num_queries: Any) -> None:
    ticker = Ticker()
    ticker.tick()
    with django_assert_num_queries(1) as queries:
        ticker.tick()
    assert queries[0]["sql"].startswith("SELECT"), "no write lock for looking"


def test_a_due_schedule_is_sent_off_once(schedule: Schedule) -> None:
    ticker = Ticker()
    Schedule.objects.update(next_run=timezone.now() - timedelta(hours=8))
    ticker.tick()
    schedule.refresh_from_db()
    first = schedule.task
    assert first
    ticker.tick()
    schedule.refresh_from_db()
    assert schedule.task == first, "a night asleep is caught up with one run, not with 480"
    assert timezone.now() < schedule.next_run <= timezone.now() + timedelta(minutes=1)


def test_credentials_are_checked_at_the_start(schedule: Schedule) -> None:
    Schedule.objects.update(name="credentials")
    ticker = Ticker()
    ticker.tick()
    schedule.refresh_from_db()
    assert schedule.next_run <= timezone.now()
    later = timezone.now() + timedelta(hours=1)
    Schedule.objects.update(next_run=later)
    ticker.tick()
    schedule.refresh_from_db()
    assert schedule.next_run == later, "then hourly"


def test_a_sign_of_life_is_given_at_once_and_then_every_few_seconds() -> None:
    Heartbeat.objects.filter(name="worker").delete()
    ticker = Ticker()
    ticker.tick()
    first = Heartbeat.objects.get(name="worker").at
    assert timezone.now() - first < timedelta(seconds=5)
    ticker.tick()
    assert Heartbeat.objects.get(name="worker").at == first


def test_a_database_that_goes_away_is_said_once_and_outlived(caplog: pytest.LogCaptureFixture) -> None:
    def gone(*_: Any) -> Any:
        raise OperationalError("the database\nhas gone")

    caplog.set_level(logging.INFO, "monitor.runtime.cluster.main_loop")
    ticker = Ticker()
    with connection.execute_wrapper(gone):
        for _ in range(3):
            ticker.tick()
    ticker.tick()
    ticker.tick()
    assert caplog.messages == ["schedules wait: the database has gone", "schedules go on"]
