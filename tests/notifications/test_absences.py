"""Somebody who is asked is away: they get no message, and the author hears of it once, with who else could review."""

from datetime import timedelta
from typing import Any

import pytest

from monitor.models import Person
from notifications.explanation.why import why_for
from notifications.models import Delivery
from tests.builders import asked, at
from tests.fixtures_slack import Slack
from tests.notifications.story import Story, rows
from tests.notifications.test_private import hide, keeper

DAY = timedelta(days=1)


@pytest.fixture
def heron(story: Story) -> Any:
    """The author."""
    return story.watcher("heron", filters=["author"], slack_user_id="U0HERON", time_zone="Europe/Madrid")


@pytest.fixture
def wren(story: Story) -> Any:
    """A reviewer who is away for three days."""
    return story.watcher("wren", slack_user_id="U0WREN", away_from=at(0) - DAY, away_until=at(0) + 3 * DAY)


def test_the_author_hears_of_it_once_with_who_else_could_review(story: Story, heron, wren, by_bot: Slack):
    story.team("acme/core", "wren", "finch", "robin", "heron", "lark")
    story.watcher("lark", away_from=at(0) - DAY, away_until=at(0) + 3 * DAY)
    story.ask("wren", "finch")
    assert story.after() == 1
    [post] = by_bot.posts
    assert post.body["channel"] == "U0HERON"
    until = f"{at(0) + 3 * DAY:%a}"
    assert post.text.startswith(f"wren is away until {until} – ")
    assert "; also asked: finch; others of acme/core: robin" in post.shown
    assert rows() == [("wren", "suppressed", "away"), ("heron", "sent", "")]
    assert Delivery.objects.get(recipient="heron").reason == f"wren is away until {until}"

    story.become(draft=True)
    story.become(draft=False)
    story.after()
    assert len(by_bot.posts) == 1, "told once for one request"


def test_two_who_are_away_are_one_message(story: Story, heron, wren, by_bot: Slack):
    story.watcher("lark", away_from=at(0) - DAY, away_until=at(0) + DAY)
    story.ask("wren", "lark")
    assert story.after() == 1
    assert "; nobody else is asked" in by_bot.posts[0].shown
    assert by_bot.posts[0].text.count("is away until") == 2


def test_a_team_that_the_author_does_not_know_is_not_told_of(story: Story, heron, wren, by_bot: Slack):
    story.team("acme/secret", "wren", "finch")
    story.ask("wren")
    story.after()
    assert "secret" not in str(by_bot.posts[0].body)
    assert "finch" not in str(by_bot.posts[0].body)


@pytest.mark.parametrize("what", ["withdrawn", "back", "closed", "draft", "muted", "author away", "not watching"])
def test_what_makes_it_pointless_keeps_it_back(story: Story, heron, wren, by_bot: Slack, what: str):
    story.ask("wren")
    story.deliver()
    if what == "withdrawn":
        story.withdraw("wren")
    elif what == "back":
        Person.objects.filter(user=wren).update(away_until=at(0.5))
    elif what in {"closed", "draft"}:
        story.become(**({"state": "closed", "closed_at": story.now} if what == "closed" else {"draft": True}))
    elif what == "muted":
        story.repository.pull_requests.get().snoozes.create(user=heron)
    elif what == "author away":
        Person.objects.filter(user=heron).update(away_from=at(0) - DAY, away_until=at(0) + DAY)
    else:
        heron.subscriptions.all().delete()
    story.after()
    assert not [post for post in by_bot.posts if post.body["channel"] == "U0HERON"]
    [(recipient, state, rule)] = rows(kind="absence")
    expected = {"draft": "draft", "muted": "snoozed", "author away": "away"}.get(what, "settled_while_waiting")
    assert (recipient, state, rule) == ("heron", "suppressed", expected)


def test_whoever_is_away_and_has_no_request_is_not_told_of(story: Story, heron, wren, by_bot: Slack):
    story.ask("finch")
    story.after()
    assert rows(kind="absence") == []


def test_of_an_agents_pull_request_the_assigned_hear(story: Story, heron, wren, by_bot: Slack):
    story.watcher("finch", filters=["assigned"], slack_user_id="U0FINCH")
    story.become(author="coding-agent", author_is_bot=True, assignees=("finch",))
    story.become(review_requests=(asked("wren"),))
    story.after()
    assert rows(kind="absence") == [("finch", "sent", "")]


def test_of_a_private_repository_no_channel_hears_it(story: Story, wren, by_bot: Slack):
    group = hide(story)
    keeper(story, group, "heron", filters=["author"])
    story.ask("wren")
    story.after()
    assert rows(kind="absence") == [("heron", "suppressed", "private_repository")]


def test_the_authors_page_lists_it_and_explains_the_rules_of_requests_alone(story: Story, heron, wren, by_bot: Slack):
    story.ask("wren")
    story.after()
    explained = why_for(heron, story.repository.pull_requests.get(), story.now)
    assert [row.kind for row in explained.deliveries] == ["absence"]
    assert next(line for line in explained.rules if line.rule == "already_told").holds is False
