"""When the deliverer runs, what is checked at the start, and what the admin shows."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.checks import run_checks
from django.urls import reverse
from django.utils import timezone
from django_q.models import Schedule

from monitor.models import EventSequence
from monitor.polling.deadline import Deadline
from monitor.recording import record
from notifications import retention, schedules, tasks
from notifications.delivery import send_again
from notifications.models import Delivery, Reader
from tests.builders import asked, snapshot, user
from tests.fixtures_slack import Slack, error
from tests.notifications.story import Story, rows


def next_run() -> float:
    """Seconds from now until the deliverer's next run."""
    return (Schedule.objects.get(func="notifications.tasks.deliver").next_run - timezone.now()).total_seconds()


@pytest.fixture
def in_an_hour(db: None) -> None:
    Schedule.objects.filter(name=schedules.DELIVER).update(next_run=timezone.now() + timedelta(hours=1))


def test_migrating_writes_the_schedule_and_the_reader_once(db: None):
    for _ in range(2):
        schedules.write_standing_rows()
    assert Schedule.objects.filter(func="notifications.tasks.deliver").count() == 1
    assert Reader.objects.filter(name=Reader.SLACK).count() == 1


def test_a_reader_that_comes_late_begins_with_the_newest_event(db: None):
    Reader.objects.all().delete()
    EventSequence.objects.update(last=41)
    schedules.write_standing_rows()
    assert Reader.objects.get(name=Reader.SLACK).position == 41


@pytest.mark.parametrize(("delay", "seconds"), [(0, 0.5), (1, 0.5), (2, 1), (10, 5), (60, 30), (86400, 30)])
def test_events_are_looked_at_well_before_a_message_is_due(delay, seconds):
    assert schedules.interval(delay) == seconds


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
    schedules.bring_forward(story.now + timedelta(seconds=55))
    assert Schedule.objects.get(name=schedules.DELIVER).next_run == story.now + timedelta(seconds=60)


def test_it_wakes_when_a_lease_ends(by_webhook: Slack, in_an_hour: None):
    story = Story()
    story.watcher("wren")
    story.ask("wren")
    story.deliver()
    end = timezone.now() + timedelta(seconds=20)
    Delivery.objects.update(due_at=story.now, lease="somebody", lease_until=end)
    schedules.bring_forward(timezone.now())
    assert Schedule.objects.get(name=schedules.DELIVER).next_run == end


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"SLACK_WEBHOOK_URL": "https://hooks.example.org/1"}, []),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNEL": "C1"}, []),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, ["notifications.W001"]),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_WEBHOOK_URL": "https://hooks.example.org/1"}, []),
        ({"SLACK_CHANNEL": "C1"}, ["notifications.W002"]),
    ],
)
def test_settings_that_leave_people_untold_are_named(slack: Slack, settings, given, found):
    for name, value in given.items():
        setattr(settings, name, value)
    assert [check.id for check in run_checks(tags=["slack"])] == found


@pytest.fixture
def failed(story: Story, by_bot: Slack) -> Delivery:
    story.watcher("wren", slack_user_id="U0WREN")
    story.ask("wren")
    by_bot.answers.append(error("channel_not_found"))
    story.after()
    return Delivery.objects.get()


def test_the_lead_sees_what_was_not_sent_and_why(client, failed: Delivery):
    client.force_login(user("lead", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:notifications_delivery_changelist"), {"state": "failed", "q": "wren"})
    assert page.status_code == 200
    assert "channel_not_found" in page.content.decode()
    one = reverse("admin:notifications_delivery_change", args=[failed.pk])
    assert client.get(one).status_code == 200
    assert client.post(one, {"state": "sent"}).status_code == 403


def test_the_lead_sends_a_failed_one_again(client, failed: Delivery, story: Story, by_bot: Slack, in_an_hour: None,
                                          django_capture_on_commit_callbacks):  # fmt: skip
    client.force_login(user("lead", is_staff=True, is_superuser=True))
    chosen = {"action": "send_again", "_selected_action": [failed.pk]}
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("admin:notifications_delivery_changelist"), chosen, follow=True)
    assert "1 will be sent again." in page.content.decode()
    assert next_run() <= 0
    story.seconds = (timezone.now() - (story.now - timedelta(seconds=story.seconds))).total_seconds()
    assert story.after(1) == 1
    assert rows() == [("wren", "sent", "")]


def test_who_may_only_look_cannot_send_again(client, failed: Delivery):
    viewer = user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    client.force_login(viewer)
    chosen = {"action": "send_again", "_selected_action": [failed.pk]}
    client.post(reverse("admin:notifications_delivery_changelist"), chosen, follow=True)
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_sent_again_it_goes_where_the_person_is_now(failed: Delivery, by_bot: Slack):
    failed.user.person.slack_user_id = ""
    failed.user.person.save()
    assert send_again(Delivery.objects.all(), timezone.now()) == 1
    assert Delivery.objects.get().channel == "C0DEFAULT"


def test_what_was_told_long_ago_is_forgotten(story: Story, by_webhook: Slack, settings, monkeypatch):
    monkeypatch.setattr("notifications.retention._AT_ONCE", 2)
    story.watcher("wren")
    for number in range(2, 8):
        record(story.repository, [snapshot(number, review_requests=(asked("wren"),))], now=story.now)
    story.after()
    told, waiting = list(Delivery.objects.order_by("id"))[:5], Delivery.objects.order_by("id").last()
    long_ago = timezone.now() - timedelta(days=settings.RETENTION_DAYS, seconds=1)
    Delivery.objects.filter(pk__in=[row.pk for row in told]).update(ended_at=long_ago)
    Delivery.objects.filter(pk=waiting.pk).update(ended_at=None, state="waiting", created_at=long_ago)
    Schedule.objects.filter(name="deliveries").update(next_run=timezone.now() + timedelta(days=1))
    assert retention.prune(timezone.now(), Deadline(0)) == 0
    assert Schedule.objects.get(name="deliveries").next_run < timezone.now() + timedelta(seconds=61)
    assert tasks.prune() == 5
    assert list(Delivery.objects.all()) == [waiting]
