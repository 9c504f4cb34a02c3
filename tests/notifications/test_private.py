"""A private repository is told to those who may see it, and to no channel that others read."""

import pytest
from django.contrib.auth.models import Group

from monitor.models import Person
from notifications.delivery import deliverer
from notifications.models import Delivery
from tests.fixtures_slack import Slack, limited
from tests.notifications.story import Story, rows

REASON = "the repository is private: only a direct message may tell of it"


@pytest.fixture
def keepers(story: Story) -> Group:
    """The group that acme/web, which is private now, is shared with."""
    return hide(story)


def hide(story: Story) -> Group:
    type(story.repository).objects.update(private=True)
    story.repository.refresh_from_db()
    group = Group.objects.create(name="keepers")
    story.repository.shared_with.add(group)
    return group


def keeper(story: Story, group: Group, login: str, **person: str) -> None:
    story.watcher(login, **person).groups.add(group)


def test_it_is_told_in_person_and_not_in_the_default_channel(story: Story, keepers: Group, by_bot: Slack) -> None:
    keeper(story, keepers, "wren", slack_user_id="U0WREN")
    keeper(story, keepers, "finch")
    story.ask("wren", "finch")
    assert story.after() == 1
    assert [post.body["channel"] for post in by_bot.posts] == ["U0WREN"]
    assert sorted(rows()) == [("finch", "suppressed", "private_repository"), ("wren", "sent", "")]
    assert Delivery.objects.get(recipient="finch").reason == REASON


def test_a_webhook_has_a_channel_only(story: Story, keepers: Group, by_webhook: Slack) -> None:
    keeper(story, keepers, "wren", slack_user_id="U0WREN")
    story.ask("wren")
    assert story.after() == 0
    assert (rows(), by_webhook.posts) == ([("wren", "suppressed", "private_repository")], [])


def test_a_team_as_a_whole_is_reached_in_a_channel_only(story: Story, keepers: Group, by_bot: Slack) -> None:
    keeper(story, keepers, "lark")
    story.ask("acme/platform")
    assert story.after() == 0
    assert rows() == [("acme/platform", "suppressed", "private_repository")]


def test_a_team_is_told_through_those_with_a_slack_id(story: Story, keepers: Group, by_bot: Slack) -> None:
    story.team("acme/platform", "wren", "finch")
    keeper(story, keepers, "wren", slack_user_id="U0WREN")
    keeper(story, keepers, "finch")
    story.ask("acme/platform")
    assert story.after() == 1
    assert sorted(rows()) == [("finch", "suppressed", "private_repository"), ("wren", "sent", "")]


@pytest.mark.parametrize("way", ["by_bot", "by_webhook"])
def test_a_channel_hears_of_it_where_that_is_allowed(
    story: Story, keepers: Group, request: pytest.FixtureRequest, settings: object, way: str
) -> None:
    slack = request.getfixturevalue(way)
    settings.SLACK_CHANNEL_HEARS_PRIVATE = True  # type: ignore[attr-defined]
    keeper(story, keepers, "finch")
    story.ask("finch")
    assert story.after() == 1
    assert len(slack.posts) == 1


def test_what_becomes_private_while_a_post_waits_is_not_posted(story: Story, by_bot: Slack) -> None:
    finch = story.watcher("finch")
    story.ask("finch")
    assert story.after(30) == 0
    finch.groups.add(hide(story))
    assert story.after(30) == 0
    assert rows() == [("finch", "suppressed", "private_repository")]


def test_what_becomes_private_between_two_tries_is_not_posted(story: Story, by_bot: Slack) -> None:
    finch = story.watcher("finch")
    story.ask("finch")
    by_bot.answers.append(limited(30))
    assert story.after() == 0
    finch.groups.add(hide(story))
    assert story.after() == 0
    assert rows() == [("finch", "suppressed", "private_repository")]
    assert len(by_bot.posts) == 1


def test_what_becomes_public_while_a_post_waits_is_posted(story: Story, keepers: Group, by_bot: Slack) -> None:
    keeper(story, keepers, "finch")
    story.ask("finch")
    assert story.after(30) == 0
    type(story.repository).objects.update(private=False)
    assert story.after(30) == 1


def test_it_is_sent_again_once_the_slack_id_is_known(story: Story, keepers: Group, by_bot: Slack) -> None:
    keeper(story, keepers, "finch")
    story.ask("finch")
    story.after()
    assert again(story) == 1
    assert story.after(0) == 0, "nothing has changed"
    Person.objects.filter(user__username="finch").update(slack_user_id="U0FINCH")
    assert again(story) == 1
    assert story.after(0) == 1
    assert by_bot.posts[0].body["channel"] == "U0FINCH"
    row = Delivery.objects.get()
    assert (row.state, row.rule, row.reason) == ("sent", "", "review requested by heron")


def again(story: Story) -> int:
    return deliverer.send_again(Delivery.objects.select_related("user__person"), story.now)
