"""Reading events, and what it costs."""

from monitor.models import Event
from monitor.recording.recorder import record
from notifications.delivery import deliverer
from notifications.models import Delivery
from tests.builders import asked, snapshot
from tests.fixtures_slack import Slack
from tests.notifications.story import Story


def test_planning_costs_the_same_for_few_and_for_many(story: Story, by_bot: Slack, django_assert_max_num_queries):
    story.team("acme/platform", "finch", "lark")
    for login in ("wren", "finch", "lark"):
        story.watcher(login)
    news = [snapshot(number, review_requests=(asked("wren"), asked("acme/platform"))) for number in range(2, 40)]
    record(story.repository, news, now=story.now)
    with django_assert_max_num_queries(22):  # SQLite takes four statements for so many rows
        deliverer.plan(story.now)
    assert Delivery.objects.count() == 38 * 3


def test_nothing_new_costs_two_reads(story: Story, by_bot: Slack, django_assert_num_queries):
    story.deliver()
    with django_assert_num_queries(2):
        deliverer.plan(story.now)


def test_events_beyond_one_page_are_all_read(story: Story, by_webhook: Slack, monkeypatch):
    monkeypatch.setattr("notifications.planning.planner.PAGE", 3)
    story.watcher("wren")
    record(story.repository, [snapshot(n, review_requests=(asked("wren"),)) for n in range(2, 12)], now=story.now)
    assert deliverer.plan(story.now) == Event.objects.count() == 10
    assert deliverer.plan(story.now) == 0
