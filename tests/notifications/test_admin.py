"""The admin pages of deliveries, and sending failed ones again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from notifications.delivery.deliverer import send_again
from notifications.models import Delivery
from tests.builders import user
from tests.fixtures_slack import Slack, error
from tests.notifications.story import Story, next_run, rows


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
