"""The schedule rows: always there, run at once on request, never moved to a later time."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import Schedule

from monitor.background import schedules

pytestmark = pytest.mark.django_db


def next_run(name: str = "poll"):
    return Schedule.objects.values_list("next_run", flat=True).get(name=name)


def test_migrate_writes_one_row_of_each_name() -> None:
    schedules.write_schedules()
    assert sorted(Schedule.objects.filter(func__startswith="monitor.").values_list("name", flat=True)) == [
        "credentials", "housekeeping", "logins", "poll", "teams", "webhooks",
    ]  # fmt: skip


def test_writing_again_keeps_times_and_mends_the_rest() -> None:
    later = timezone.now() + timedelta(seconds=25)
    Schedule.objects.filter(name="poll").update(next_run=later, func="gone.away", minutes=7)
    Schedule.objects.create(name="poll", func="monitor.tasks.poll")
    schedules.write_schedules()
    row = Schedule.objects.get(name="poll")
    assert (row.func, row.minutes, row.next_run) == ("monitor.tasks.poll", 1, later)


def test_a_time_left_over_from_a_clock_that_ran_ahead_is_brought_back() -> None:
    Schedule.objects.filter(name="poll").update(next_run=timezone.now() + timedelta(hours=8))
    schedules.write_schedules()
    assert next_run() <= timezone.now()


def test_run_now_makes_due_after_commit(django_capture_on_commit_callbacks) -> None:
    Schedule.objects.filter(name="poll").update(next_run=timezone.now() + timedelta(seconds=30))
    with django_capture_on_commit_callbacks(execute=True):
        schedules.run_now()
        assert next_run() > timezone.now()
    assert next_run() <= timezone.now()


def test_run_no_later_than_never_overrules_an_earlier_time() -> None:
    now = timezone.now()
    Schedule.objects.filter(name="poll").update(next_run=now + timedelta(seconds=60))
    schedules.run_no_later_than("poll", now + timedelta(seconds=5))
    assert next_run() == now + timedelta(seconds=5)
    schedules.run_no_later_than("poll", now + timedelta(seconds=20))
    assert next_run() == now + timedelta(seconds=5)
