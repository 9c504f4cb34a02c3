"""Old deliveries are deleted."""

from datetime import timedelta

from django.utils import timezone
from django_q.models import Schedule

from monitor.background.deadline import Deadline
from monitor.recording.recorder import record
from notifications import tasks
from notifications.models import Delivery
from notifications.operations import retention
from tests.builders import asked, snapshot
from tests.fixtures_slack import Slack
from tests.notifications.story import Story


def test_what_was_told_long_ago_is_forgotten(story: Story, by_webhook: Slack, settings, monkeypatch):
    monkeypatch.setattr("notifications.operations.retention._PORTION", 2)
    story.watcher("wren")
    for number in range(2, 8):
        record(story.repository, [snapshot(number, review_requests=(asked("wren"),))], now=story.now)
    story.after()
    told, waiting = list(Delivery.objects.order_by("id"))[:5], Delivery.objects.order_by("id").last()
    long_ago = timezone.now() - timedelta(days=settings.RETENTION_DAYS, seconds=1)
    Delivery.objects.filter(pk__in=[row.pk for row in told]).update(ended_at=long_ago)
    Delivery.objects.filter(pk=waiting.pk).update(ended_at=None, state="waiting", created_at=long_ago)
    Schedule.objects.filter(name="deliveries").update(next_run=timezone.now() + timedelta(days=1))
    assert retention.delete_old_rows(timezone.now(), Deadline(0)) == 0
    assert Schedule.objects.get(name="deliveries").next_run < timezone.now() + timedelta(seconds=61)
    assert tasks.prune() == 5
    assert list(Delivery.objects.all()) == [waiting]
