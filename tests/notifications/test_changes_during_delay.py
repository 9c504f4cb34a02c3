"""What happens to a request during the delay decides whether its message is sent."""

from datetime import timedelta

import pytest

from monitor.models import Claim, Person, PullRequest, Snooze, Subscription
from monitor.recording.recorder import record, rederive
from notifications.models import Delivery
from tests.builders import asked, item, merging, repository, review, snapshot
from tests.fixtures_slack import Slack
from tests.notifications.story import Story, rows

NOT_WATCHING = "no longer watches the repository, may no longer see it, or turned messages off"


def _withdrawn(story: Story) -> None:
    story.withdraw("wren")


def _reviewed(story: Story) -> None:
    minutes = story.seconds / 60
    story.become(
        item("reviewed", minutes, "wren", "approved"), review_requests=(), reviews=(review("wren", minutes=minutes),)
    )


def _merged(story: Story) -> None:
    story.become(item("merged", story.seconds / 60, "heron"), state="merged", merged_at=story.now, closed_at=story.now)


def _drafted(story: Story) -> None:
    story.become(item("drafted", story.seconds / 60, "heron"), draft=True)


def _snoozed(story: Story) -> None:
    user = Subscription.objects.get(user__username="wren").user
    Snooze.objects.create(user=user, pull_request=story.repository.pull_requests.get())


def _unsubscribed(story: Story) -> None:
    Subscription.objects.filter(user__username="wren").delete()


def _turned_off(story: Story) -> None:
    Person.objects.filter(user__username="wren").update(slack=False)


def _made_private(story: Story) -> None:
    story.repository.private = True
    story.repository.save()


@pytest.mark.parametrize(
    ("happens", "rule", "reason"),
    [
        (_withdrawn, "settled_while_waiting", "the request was withdrawn by heron"),
        (_reviewed, "settled_while_waiting", "reviewed by wren"),
        (_merged, "settled_while_waiting", "the pull request is merged"),
        (_drafted, "draft", "it is a draft: the clock starts when it is ready for review"),
        (_snoozed, "snoozed", "snoozed or muted"),
        (_unsubscribed, "settled_while_waiting", NOT_WATCHING),
        (_made_private, "settled_while_waiting", NOT_WATCHING),
        (_turned_off, "settled_while_waiting", NOT_WATCHING),
    ],
)
def test_what_happens_in_the_delay_counts(story: Story, by_webhook: Slack, happens, rule, reason):
    story.watcher("wren")
    story.ask("wren")
    story.after(30)
    happens(story)
    assert story.after(30) == 0
    assert by_webhook.posts == []
    row = Delivery.objects.get()
    assert (row.state, row.rule, row.reason) == ("suppressed", rule, reason)


def _take(story: Story, login: str) -> None:
    until = story.now + timedelta(hours=24)
    Claim.objects.create(pull_request=PullRequest.objects.get(), login=login, since=story.now, until=until)
    rederive(PullRequest.objects.all(), now=story.now)


def test_what_a_teammate_took_is_nothing_to_tell_the_team(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch", github_login_confirmed=True)
    story.team("acme/ui", "wren", "finch")
    story.ask("acme/ui")
    _take(story, "finch")
    assert story.after(60) == 0
    reasons = set(Delivery.objects.values_list("rule", "reason"))
    assert reasons == {("settled_while_waiting", "taken by finch")}


def test_under_a_login_that_nobody_confirmed_it_is_not_taken_and_the_team_is_told(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.team("acme/ui", "wren", "finch")
    story.ask("acme/ui")
    _take(story, "finch")
    assert story.after(60) == 1
    assert rows() == [("finch", "sent", ""), ("wren", "sent", "")]


def test_who_is_asked_in_person_is_told_whoever_else_took_it(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.ask("wren")
    _take(story, "finch")
    assert story.after(60) == 1
    assert rows() == [("wren", "sent", "")]


def test_a_team_asked_again_after_whoever_took_it_has_reviewed_is_told(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.team("acme/ui", "wren", "finch")
    story.ask("acme/ui")
    story.after(60)
    _take(story, "finch")
    story.pass_by(60)
    story.become(item("reviewed", story.seconds / 60, "finch", "commented"), review_requests=())
    story.pass_by(60)
    story.ask("acme/ui")
    assert story.after(60) == 1
    assert rows()[-2:] == [("finch", "sent", ""), ("wren", "sent", "")]


def test_withdrawn_and_asked_again_is_told_once(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    story.after(10)
    story.withdraw("wren")
    story.after(10)
    story.ask("wren")
    assert story.after(40) == 1
    assert story.after(60) == 0
    assert rows() == [("wren", "sent", ""), ("wren", "suppressed", "already_told")]


def test_asked_again_after_a_review_is_told_again(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    assert story.after() == 1
    _reviewed(story)
    story.pass_by(600)
    story.ask("wren")
    assert story.after() == 1
    assert len(by_webhook.posts) == 2


def test_one_of_two_requests_withdrawn_leaves_the_other(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.watcher("finch")
    story.ask("wren", "finch")
    story.after(30)
    story.withdraw("wren")
    assert story.after(30) == 1
    assert by_webhook.posts[0].text.startswith("finch: review requested by heron")


def test_drafts_are_silent_until_ready_and_then_wait_anew(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.become(item("drafted", 0, "heron"), draft=True)
    story.ask("wren")
    assert story.after(3600) == 0
    story.become(item("ready_for_review", story.seconds / 60, "heron"), draft=False)
    assert story.after(59) == 0
    assert story.after(1) == 1
    assert rows() == [("wren", "suppressed", "draft"), ("wren", "sent", "")]


def test_ones_own_action_is_not_told(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren", by="Wren")
    assert story.after() == 0
    assert rows() == [("wren", "suppressed", "own_action")]


def test_pull_requests_by_bots_are_silent(story: Story, by_webhook: Slack):
    story.watcher("wren")
    found = snapshot(2, author="dependabot", author_is_bot=True, review_requests=(asked("wren"),))
    record(story.repository, [found], now=story.now)
    assert story.after() == 0
    assert rows() == [("wren", "suppressed", "bot")]


def test_an_agents_pull_request_that_a_person_has_taken_on_is_told(story: Story, by_webhook: Slack):
    story.watcher("wren")
    found = snapshot(2, author="agent", author_is_bot=True, assignees=("heron",), review_requests=(asked("wren"),))
    record(story.repository, [found], now=story.now)
    assert story.after() == 1
    assert rows() == [("wren", "sent", "")]


def test_nobody_who_was_asked_is_told_once_enough_have_approved(story: Story, by_webhook: Slack):
    story.watcher("wren")
    story.ask("wren")
    reviewed = item("reviewed", story.seconds / 60 + 1, "lark", "approved")
    enough = review("lark", "approved", story.seconds / 60 + 1)
    assert story.after(30) == 0
    story.become(reviewed, reviews=(enough,), merging=merging(decision="approved"))
    assert story.after(60) == 0
    assert rows() == [("wren", "suppressed", "enough")]


def test_outsiders_learn_nothing_of_a_private_repository(story: Story, by_webhook: Slack):
    story.watcher("wren")
    hidden = repository("acme/vault", private=True)
    Subscription.objects.create(user=Subscription.objects.get().user, repository=hidden, filters=["all"])
    record(hidden, [snapshot(9, review_requests=(asked("wren"),))], now=story.now)
    assert story.after() == 0
    assert rows() == []
