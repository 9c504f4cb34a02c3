"""A review request becomes one message, after the delay."""

from monitor import queries
from monitor.models import Subscription
from monitor.recording.recorder import record
from notifications.models import Delivery, Reader
from tests.builders import asked, snapshot
from tests.fixtures_slack import Slack
from tests.notifications.story import Story, rows


def test_a_review_request_is_posted_once_after_the_delay(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    assert story.deliver() == 0
    assert story.after(59) == 0
    assert story.after(1) == 1
    [post] = by_webhook.posts
    assert post.path == "/services/T1/B1/secret"
    assert post.text == "wren: review requested by heron – acme/web#1 Change number 1"
    assert story.after(3600) == 0
    assert rows() == [("wren", "sent", "")]
    assert Delivery.objects.get().reason == "review requested by heron"


def test_the_same_look_again_says_nothing(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.after()
    assert record(story.repository, [story.seen], now=story.now) == []
    assert story.after() == 0
    assert len(by_webhook.posts) == 1


def test_the_first_look_is_silent(db: None, by_webhook: Slack):
    story = Story()
    story.watcher("wren")
    found = snapshot(2, review_requests=(asked("wren"),))
    assert record(story.repository, [found], now=story.now, first_look=True) == []
    assert story.after() == 0
    assert rows() == []


def test_a_new_pull_request_asks_all_its_reviewers_in_one_post(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    record(story.repository, [snapshot(2, review_requests=(asked("wren"), asked("finch")))], now=story.now)
    assert story.after() == 1
    assert by_webhook.posts[0].text.startswith("finch and wren: ") or by_webhook.posts[0].text.startswith(
        "wren and finch: "
    )
    assert {state for _, state, _ in rows()} == {"sent"}


def test_who_does_not_watch_is_not_told(story: Story, by_webhook: Slack):
    story.watcher("wren", filters=["author"])
    story.watcher("finch", slack=False)
    story.watcher("lark")
    Subscription.objects.filter(user__username="lark").delete()
    story.ask("wren", "finch", "lark", "nobody-we-know")
    assert story.after() == 0
    assert rows() == []


def test_without_slack_nothing_is_planned_and_nothing_piles_up(story: Story, slack: Slack, settings):
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 0
    assert rows() == []
    assert Reader.objects.get(name=Reader.SLACK).position == queries.latest_event_id()
    settings.SLACK_WEBHOOK_URL = settings.SLACK_API_URL
    assert story.after() == 0, "what happened before Slack was set up stays untold"
