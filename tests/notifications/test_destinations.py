"""Where a message goes: to the person, or to the default channel."""

from notifications.models import Delivery
from tests.fixtures_slack import Slack
from tests.notifications.story import Story


def test_a_known_person_gets_a_direct_message(story: Story, by_bot: Slack):
    story.watcher("wren", slack_user_id="U0WREN", time_zone="Europe/Berlin")
    story.ask("wren")
    assert story.after() == 1
    [post] = by_bot.posts
    assert (post.path, post.token, post.body["channel"]) == ("/api/chat.postMessage", "xoxb-for-tests", "U0WREN")
    assert post.text.startswith("Your turn: review requested by heron – ")
    assert "Waiting since 10:00 CET" in post.shown
    row = Delivery.objects.get()
    assert (row.posted_to, row.ts, row.personal) == ("D0001", "1700000000.000001", True)


def test_everybody_else_is_told_in_the_default_channel(story: Story, by_bot: Slack):
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 1
    assert by_bot.posts[0].body["channel"] == "C0DEFAULT"


def test_in_the_channel_of_a_webhook_a_known_person_is_mentioned(story: Story, by_webhook: Slack):
    story.watcher("wren", slack_user_id="U0WREN")
    story.ask("wren")
    assert story.after() == 1
    assert by_webhook.posts[0].text.startswith("wren: review requested by heron")


def test_without_a_default_channel_the_row_says_why_nobody_was_told(story: Story, by_bot: Slack, settings):
    settings.SLACK_CHANNEL = ""
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 0
    row = Delivery.objects.get()
    assert (row.state, row.answer) == ("failed", "no Slack user is known for them, and there is no default channel")
