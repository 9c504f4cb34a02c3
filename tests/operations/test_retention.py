"""Housekeeping: what is older than RETENTION_DAYS goes, and cursors can tell."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import Schedule, Task

from monitor import tasks
from monitor.background.deadline import Deadline
from monitor.models import Event, EventSequence, PullRequest
from monitor.operations import retention

pytestmark = pytest.mark.django_db
OLD = timedelta(days=181)


@pytest.fixture
def history(world, watch, look):
    """Three pull requests, each with one event: the first two are closed."""
    watch("acme/web")
    look()
    for number in range(3):
        pull = world.open("acme/web", f"PR {number}", author="heron")
        if number < 2:
            world.close(pull)
    look()
    assert list(Event.objects.values_list("id", flat=True)) == [1, 2, 3]


def test_what_is_young_stays(history) -> None:
    tasks.housekeeping()
    assert (Event.objects.count(), PullRequest.objects.count(), EventSequence.objects.get().pruned) == (3, 3, 0)


def test_old_events_go_from_the_beginning_on(history) -> None:
    Event.objects.filter(id=1).update(at=timezone.now() - OLD)
    tasks.housekeeping()
    assert list(Event.objects.values_list("id", flat=True)) == [2, 3]
    sequence = EventSequence.objects.get()
    assert (sequence.pruned, sequence.last) == (1, 3)


def test_a_young_event_protects_those_after_it(history) -> None:
    Event.objects.filter(id=3).update(at=timezone.now() - OLD)
    tasks.housekeeping()
    assert Event.objects.count() == 3


def test_a_part_reads_no_more_events_than_it_may_delete(history) -> None:
    Event.objects.update(at=timezone.now() - OLD)
    with CaptureQueriesContext(connection) as asked:
        tasks.housekeeping()
    reads = [sql["sql"] for sql in asked if sql["sql"].startswith("SELECT") and 'FROM "monitor_event"' in sql["sql"]]
    assert reads
    # A condition on the time would have the database look through all that are old.
    assert [sql for sql in reads if "WHERE" in sql or f"LIMIT {retention.CHUNK}" not in sql] == []


def test_when_all_are_old_ids_go_on_counting(history, world, look) -> None:
    Event.objects.update(at=timezone.now() - OLD)
    tasks.housekeeping()
    sequence = EventSequence.objects.get()
    assert (Event.objects.count(), sequence.pruned, sequence.last) == (0, 3, 3)
    world.open("acme/web", "Later", author="heron")
    look()
    assert Event.objects.get().id == 4


def test_old_closed_pull_requests_go_and_do_not_come_back(history, look, time_passes) -> None:
    Event.objects.update(at=timezone.now() - OLD)
    PullRequest.objects.filter(number__in=(1, 3)).update(updated_at=timezone.now() - OLD)
    tasks.housekeeping()
    assert sorted(PullRequest.objects.values_list("number", flat=True)) == [2, 3]


def test_what_a_run_has_no_time_for_is_due_in_a_minute(history) -> None:
    Event.objects.filter(id=1).update(at=timezone.now() - OLD)
    Schedule.objects.filter(name="housekeeping").update(next_run=timezone.now() + timedelta(days=1))
    assert retention.delete_old_rows(Deadline(0)) == 0
    assert Schedule.objects.get(name="housekeeping").next_run < timezone.now() + timedelta(seconds=61)
    Schedule.objects.filter(name="housekeeping").update(next_run=timezone.now() + timedelta(days=1))
    assert retention.delete_old_rows(Deadline(30)) == 1
    assert Schedule.objects.get(name="housekeeping").next_run > timezone.now() + timedelta(hours=1)


def test_failed_tasks_of_last_week_go(db) -> None:
    now = timezone.now()
    for age in (1, 8):
        at = now - timedelta(days=age)
        Task.objects.create(id=f"{age}", name=f"{age}", func="x", started=at, stopped=at, success=False)
    tasks.housekeeping()
    assert [task.name for task in Task.objects.all()] == ["1"]
