"""What becomes of a message that Slack refuses, or that cannot be sent now."""

import pytest

from monitor.recording.recorder import record
from notifications.models import Delivery
from tests.builders import asked, snapshot
from tests.fixtures_slack import Answer, Slack, error, limited
from tests.notifications.story import Story, rows


def _answered(story: Story, slack: Slack, answer: Answer) -> Delivery:
    story.watcher("wren", slack_user_id="U0WREN")
    story.ask("wren")
    slack.answers.append(answer)
    assert story.after() == 0
    return Delivery.objects.get()


@pytest.mark.parametrize("name", ["channel_not_found", "invalid_auth", "not_in_channel", "an_error_of_tomorrow"])
def test_a_refusal_for_good_is_shown(story: Story, by_bot: Slack, name: str):
    row = _answered(story, by_bot, error(name))
    assert (row.state, row.answer) == ("failed", name)
    assert story.after(86400) == 0
    assert len(by_bot.posts) == 1


@pytest.mark.parametrize("name", ["no_service", "channel_is_archived", "invalid_payload"])
def test_a_webhook_that_is_gone_is_shown(story: Story, by_webhook: Slack, name: str):
    row = _answered(story, by_webhook, Answer(404, name))
    assert (row.state, row.answer) == ("failed", name)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(503, "upstream connect error"),
        Answer(500, "rollup_error"),
        error("internal_error"),
        Answer(200, "<html>"),
    ],
)
def test_a_passing_fault_is_tried_again_and_the_wait_grows(story: Story, by_bot: Slack, answer: Answer):
    row = _answered(story, by_bot, answer)
    assert row.state == "waiting"
    assert row.answer
    by_bot.answers.append(answer)
    assert story.after(5) == 0
    assert story.after(9) == 0
    assert len(by_bot.posts) == 2
    assert story.after(1) == 1
    assert rows() == [("wren", "sent", "")]


def test_a_slack_that_is_away_is_tried_again(story: Story, by_webhook: Slack, settings):
    reachable, settings.SLACK_WEBHOOK_URL = settings.SLACK_WEBHOOK_URL, "http://127.0.0.1:9/nobody"
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 0
    assert "Slack could not be reached" in Delivery.objects.get().answer
    settings.SLACK_WEBHOOK_URL = reachable
    assert story.after(5) == 1


def test_a_day_of_failures_is_enough(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    by_webhook.answers.extend([Answer(503, "no")] * 2)
    story.after()
    assert story.after(86400) == 0
    row = Delivery.objects.get()
    assert (row.state, row.answer) == ("failed", "HTTP 503: no")


def test_retry_after_holds_back_every_message(story: Story, by_bot: Slack):
    story.watcher("wren", slack_user_id="U0WREN")
    story.watcher("finch", slack_user_id="U0FINCH")
    story.ask("wren")
    story.ask("finch")
    by_bot.answers.append(limited(120))
    assert story.after() == 0
    assert story.after(119) == 0
    assert len(by_bot.posts) == 1
    assert story.after(1) == 2
    assert {state for _, state, _ in rows()} == {"sent"}


def test_while_it_is_tried_again_the_request_may_vanish(story: Story, by_webhook: Slack):
    row = _answered(story, by_webhook, Answer(503, "no"))
    story.withdraw("wren")
    assert story.after(3600) == 0
    row.refresh_from_db()
    assert (row.state, row.rule, len(by_webhook.posts)) == ("suppressed", "settled_while_waiting", 1)


def test_a_message_that_cannot_be_written_does_not_hold_back_the_others(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.repository.pull_requests.update(document="{}")
    other = snapshot(2, review_requests=(asked("wren"),))
    record(story.repository, [other], now=story.now)
    assert story.after() == 1
    assert rows() == [("wren", "failed", ""), ("wren", "sent", "")]
    assert "KeyError" in Delivery.objects.order_by("id")[0].answer
