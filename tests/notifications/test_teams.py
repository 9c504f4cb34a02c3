"""Who gets the message about a request to a team."""

from tests.fixtures_slack import Slack
from tests.notifications.story import Story, rows


def test_a_team_is_told_through_its_members(story: Story, by_bot: Slack):
    story.team("acme/platform", "wren", "finch", "heron", "nobody-we-know")
    for login in ("wren", "finch", "heron"):
        story.watcher(login, slack_user_id=f"U0{login.upper()}")
    story.ask("acme/platform")
    assert story.after() == 2
    assert {post.body["channel"] for post in by_bot.posts} == {"U0WREN", "U0FINCH"}
    assert by_bot.posts[0].text.startswith("Your turn: review requested from team platform – ")
    assert rows() == [("finch", "sent", ""), ("heron", "suppressed", "own_action"), ("wren", "sent", "")]


def test_in_a_channel_a_team_of_many_is_one_post(story: Story, by_webhook: Slack):
    story.team("acme/platform", "wren", "finch")
    story.watcher("wren")
    story.watcher("finch", slack_user_id="U0FINCH")
    story.ask("acme/platform")
    assert story.after() == 1
    assert by_webhook.posts[0].text.startswith("team acme/platform: review requested by heron – ")
    assert rows() == [("finch", "sent", ""), ("wren", "sent", "")]


def test_a_team_whose_members_are_not_known_is_told_as_a_whole(story: Story, by_bot: Slack):
    story.watcher("lead", filters=["all"])
    story.ask("acme/platform")
    assert story.after() == 1
    assert by_bot.posts[0].body["channel"] == "C0DEFAULT"
    assert rows() == [("acme/platform", "sent", "")]


def test_a_team_as_a_whole_is_not_told_of_what_no_watcher_may_see_any_more(story: Story, by_webhook: Slack):
    story.watcher("lark", filters=["all"])
    type(story.repository).objects.update(private=True)
    story.ask("acme/platform")
    story.after()
    assert rows() == []
    assert by_webhook.posts == []


def test_a_team_of_nobody_but_the_one_who_asks_is_not_told(story: Story, by_webhook: Slack):
    story.team("acme/platform", "heron")
    story.watcher("heron")
    story.ask("acme/platform")
    assert story.after() == 0
    assert rows() == [("heron", "suppressed", "own_action")]


def test_asked_directly_and_by_team_is_told_once(story: Story, by_bot: Slack):
    story.team("acme/platform", "wren")
    story.watcher("wren", slack_user_id="U0WREN")
    story.ask("wren", "acme/platform")
    assert story.after() == 1
    assert sorted(rows()) == [("wren", "sent", ""), ("wren", "suppressed", "direct_beats_team")]
    assert by_bot.posts[0].text.startswith("Your turn: review requested by heron – ")
