"""When the deliverer runs."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import Schedule

from monitor.models import EventSequence
from notifications import tasks
from notifications.models import Delivery, Reader
from notifications.operations import schedules
from tests.fixtures_slack import Slack
from tests.notifications.story import Story, next_run


def test_migrating_writes_the_schedule_and_the_reader_once(db: None):
    for _ in range(2):
        schedules.write_required_rows()
    assert Schedule.objects.filter(func="notifications.tasks.deliver").count() == 1
    assert Reader.objects.filter(name=Reader.SLACK).count() == 1


def test_a_reader_that_comes_late_begins_with_the_newest_event(db: None):
    Reader.objects.all().delete()
    EventSequence.objects.update(last=41)
    schedules.write_required_rows()
    assert Reader.objects.get(name=Reader.SLACK).position == 41


@pytest.mark.parametrize(("delay", "seconds"), [(0, 0.5), (1, 0.5), (2, 1), (10, 5), (60, 30), (86400, 30)])
def test_events_are_looked_at_well_before_a_message_is_due(delay, seconds):
    assert schedules.reading_interval(delay) == seconds


def test_without_slack_the_deliverer_sleeps_on(slack: Slack, in_an_hour: None):
    tasks.deliver()
    assert next_run() > 3500


def test_with_slack_it_looks_at_the_events_again_soon(by_webhook: Slack, in_an_hour: None):
    tasks.deliver()
    assert 25 < next_run() <= 30


def test_it_wakes_when_a_message_is_due(by_webhook: Slack, in_an_hour: None, settings):
    story = Story()
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    schedules.schedule_next_run(story.now + timedelta(seconds=55))
    assert Schedule.objects.get(name=schedules.DELIVER).next_run == story.now + timedelta(seconds=60)


def test_it_wakes_when_a_lease_ends(by_webhook: Slack, in_an_hour: None):
    story = Story()
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    end = timezone.now() + timedelta(seconds=20)
    Delivery.objects.update(due_at=story.now, lease="somebody", lease_until=end)
    schedules.schedule_next_run(timezone.now())
    assert Schedule.objects.get(name=schedules.DELIVER).next_run == end
